#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_step.hpp"

namespace offtake::perf {

/// Which layouts a search tries; all of them legal for the job (`layout_problems`).
struct LayoutSpace {
  int micro_batch_max = 16;  ///< Powers of two up to this.
  int context_max = 16;      ///< Powers of two up to this.
  /// Layers may be uneven over the stages of a plain schedule; an interleaved one is tried only
  /// where its groups are equal.
  bool uneven_stages = true;
  std::vector<Recompute> recompute = {Recompute::kNone, Recompute::kSelective, Recompute::kFull};
  std::vector<Sharding> sharding = {Sharding::kNone, Sharding::kZero1, Sharding::kZero2,
                                    Sharding::kZero3};
  std::vector<bool> sequence_parallel = {true};  ///< Where there are tensor ranks.
  std::vector<Schedule> schedules = {Schedule::k1F1B};
  std::vector<ContextKind> context_kinds = {ContextKind::kRing};  ///< Where there are such ranks.
  std::vector<int> shard_ranks = {0};  ///< Where weights or states are sharded.
  /// With Recompute::kBlock: of these many layers of a stage, where it has more.
  std::vector<int> recompute_layers = {};

  /// All that a layout can say: every schedule, both kinds of context ranks, sharding in groups of
  /// eight, and blocks of one, two, four and so on layers recomputed.
  static LayoutSpace whole();
};

struct FoundLayout {
  TrainingLayout layout;
  TrainingStep step;
};

struct LayoutSearch {
  std::vector<FoundLayout> best;  ///< Fastest first; ties by the order of the search.
  std::size_t evaluated = 0;      ///< Legal layouts, those that a bound ruled out included.
  std::size_t bounded = 0;        ///< Of these, those that a bound ruled out.
  std::size_t fitting = 0;        ///< Of the others, those that a chip has room for.
  /// When nothing fits: the layout that misses least.
  std::optional<TrainingDoesNotFit> nearest;
  /// And the first that has room, but no place on the network.
  std::optional<NoPlacement> unplaced;
};

/// Whether layouts that cannot be among the best are passed over.
enum class SearchBound {
  kNone,
  /// Those whose computing alone takes as long as the slowest of the best so far
  /// (`TrainingModel::least_time`).
  kComputing,
};

/// The `best_count` fastest layouts of a job on `chips` of a system: those of a search of every
/// legal layout of the space, whatever the bound and the number of threads. Ways to split the chips
/// are searched in rounds, those that could be fastest first.
LayoutSearch search_layouts(const TrainingModel& model, const hardware::System& system, int chips,
                            const LayoutSpace& space, std::size_t best_count,
                            Parallelism parallelism, SearchBound bound = SearchBound::kComputing);

/// Layouts that no other one of any of the numbers of chips beats in step time, memory of a chip
/// and chips at once; fewest chips first, then fastest. Of equals the first is kept.
std::vector<FoundLayout> pareto_layouts(const TrainingModel& model, const hardware::System& system,
                                        std::span<const int> chips, const LayoutSpace& space,
                                        Parallelism parallelism);

}  // namespace offtake::perf
