#pragma once

#include <cstddef>
#include <optional>
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
};

struct FoundLayout {
  TrainingLayout layout;
  TrainingStep step;
};

struct LayoutSearch {
  std::vector<FoundLayout> best;  ///< Fastest first; ties by the order of the search.
  std::size_t evaluated = 0;      ///< Legal layouts whose memory was counted.
  std::size_t fitting = 0;        ///< Of these, those that a chip has room for.
  /// When nothing fits: the layout that misses least.
  std::optional<TrainingDoesNotFit> nearest;
};

/// The `best_count` fastest layouts of a job on `chips` of a system. Every legal layout of the
/// space is tried; memory is counted before time. The answer does not depend on the threads.
LayoutSearch search_layouts(const TrainingModel& model, const hardware::System& system, int chips,
                            const LayoutSpace& space, std::size_t best_count,
                            Parallelism parallelism);

}  // namespace offtake::perf
