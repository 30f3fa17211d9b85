#include "offtake/perf/layout_search.hpp"

#include <algorithm>
#include <cstddef>
#include <expected>
#include <optional>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/perf/layout_rules.hpp"
#include "offtake/perf/stage_layers.hpp"

namespace offtake::perf {

namespace {

std::vector<int> divisors(int number, int largest) {
  std::vector<int> found;
  for (int divisor = 1; divisor <= std::min(number, largest); ++divisor) {
    if (number % divisor == 0) found.push_back(divisor);
  }
  return found;
}

std::vector<int> powers_of_two(int largest) {
  std::vector<int> found;
  for (int power = 1; power <= largest; power *= 2) found.push_back(power);
  return found;
}

/// Groups of layers a stage for which an interleaved schedule's groups are equal; one always.
std::vector<int> virtual_stages_of(int layers, int stages) {
  std::vector<int> found = {1};
  if (stages == 1) return found;
  for (int groups = 2; groups * stages <= layers + 2; ++groups) {
    const int total = groups * stages;
    if (layers % total == 0 || (layers + 2) % total == 0) found.push_back(groups);
  }
  return found;
}

bool even_stages(int layers, int stages) {
  return layers % stages == 0 || (layers + 2) % stages == 0;
}

/// Ways to split the job's chips that its model and network allow.
std::vector<ParallelLayout> parallel_layouts(const TrainingModel& model, const TrainingPlace& place,
                                             const LayoutSpace& space) {
  const TrainingWork& work = model.work();
  const TrainingJob& job = model.job();
  int experts = 1;
  for (const LayerWork& layer : work.groups) {
    experts = std::max(experts, layer.parameters.experts);
  }
  std::vector<ParallelLayout> found;
  for (const int tensor : divisors(place.chips, place.scale_up_chips)) {
    if (!tensor_ranks_fit(tensor, work, place)) continue;
    for (const int pipeline : divisors(place.chips / tensor, work.layers)) {
      if (!space.uneven_stages && !even_stages(work.layers, pipeline)) continue;
      const int replicas = place.chips / tensor / pipeline;
      for (const int context : powers_of_two(space.context_max)) {
        if (replicas % context != 0 || job.sequence % context != 0) continue;
        const int data = replicas / context;
        if (job.global_batch % data != 0) continue;
        for (const int expert : divisors(experts, experts)) {
          const ParallelLayout parallel{tensor, pipeline, data, context, expert};
          if (expert_ranks_fit(parallel, work)) found.push_back(parallel);
        }
      }
    }
  }
  return found;
}

/// Where the ranks of a split lie: it depends only on the ranks that shard, and on whether each
/// rank holds two stages.
class Places {
 public:
  explicit Places(const TrainingModel& model) : model_(model) {}

  const std::expected<TrainingPlacement, NoPlacement>& of(const TrainingLayout& layout) {
    const std::pair key{layout.shard_ranks, stages_held(layout.schedule)};
    const auto known = std::ranges::find(places_, key, &Known::first);
    if (known != places_.end()) return known->second;
    return places_.emplace_back(key, model_.place(layout)).second;
  }

 private:
  using Known = std::pair<std::pair<int, int>, std::expected<TrainingPlacement, NoPlacement>>;

  const TrainingModel& model_;
  std::vector<Known> places_;
};

/// What each layout of a split is tried with beyond its degrees and micro-batch.
class Variants {
 public:
  Variants(const TrainingModel& model, const LayoutSpace& space) : model_(model), space_(space) {}

  /// All of `layout`, whose degrees, virtual stages, micro-batch and schedule stand.
  template <class Visit>
  void each(TrainingLayout layout, const Visit& visit) const {
    const ParallelLayout& parallel = layout.parallel;
    for (const bool split : space_.sequence_parallel) {
      // Where a choice has no effect, its first value stands for all.
      if (parallel.tensor == 1 && split != space_.sequence_parallel.front()) continue;
      layout.sequence_parallel = split || parallel.tensor == 1;
      for (const ContextKind kind : space_.context_kinds) {
        layout.context_kind = kind;
        if (parallel.context == 1 && kind != space_.context_kinds.front()) continue;
        if (!heads_fit(layout, model_.work())) continue;
        each_sharding(layout, visit);
      }
    }
  }

 private:
  template <class Visit>
  void each_sharding(TrainingLayout layout, const Visit& visit) const {
    for (const Sharding sharding : space_.sharding) {
      // Where no rank holds the same weights, there is nothing to shard.
      if (layout.parallel.replicas() == 1 && sharding != space_.sharding.front()) continue;
      layout.sharding = sharding;
      for (const int ranks : space_.shard_ranks) {
        if (ranks > 0 && (sharding == Sharding::kNone || ranks >= layout.parallel.data)) continue;
        layout.shard_ranks = ranks;
        if (shards_fit(layout)) each_recompute(layout, visit);
      }
    }
  }

  template <class Visit>
  void each_recompute(TrainingLayout layout, const Visit& visit) const {
    for (const Recompute recompute : space_.recompute) {
      layout.recompute = recompute;
      visit(layout);
    }
    layout.recompute = Recompute::kBlock;
    const double fullest =
        stage_layers(model_.work().layers, pipeline_schedule(layout, model_.job())).fullest;
    for (const int layers : space_.recompute_layers) {
      layout.recompute_layers = layers;
      if (layers < fullest) visit(layout);
    }
  }

  const TrainingModel& model_;
  const LayoutSpace& space_;
};

/// Calls `visit` with each legal layout of a split, in the order of the search; `enter` is asked
/// first, once for each of its schedules, virtual stages and micro-batches.
template <class Enter, class Visit>
void each_layout(const ParallelLayout& parallel, const TrainingModel& model,
                 const LayoutSpace& space, const Enter& enter, const Visit& visit) {
  const TrainingJob& job = model.job();
  const Variants variants(model, space);
  const std::vector<int> sizes =
      powers_of_two(std::min(space.micro_batch_max, job.global_batch / parallel.data));
  for (const Schedule schedule : space.schedules) {
    for (const int virtual_stages : virtual_stages_of(model.work().layers, parallel.pipeline)) {
      if (schedule != Schedule::k1F1B && (virtual_stages > 1 || parallel.pipeline == 1)) continue;
      for (const int micro_batch : sizes) {
        const TrainingLayout layout{.parallel = parallel,
                                    .virtual_stages = virtual_stages,
                                    .micro_batch = micro_batch,
                                    .schedule = schedule};
        if (job.global_batch % (parallel.data * micro_batch) != 0) continue;
        if (!stages_fit(layout, model.work(), job) || !schedule_fits(layout, job)) continue;
        enter(layout);
        variants.each(layout, visit);
      }
    }
  }
}

/// A layout and its place in the order of the search.
struct Ranked {
  std::pair<std::size_t, std::size_t> order;  ///< Of the split, and within it.
  FoundLayout found;
};

Seconds time_of(const Ranked& each) { return each.found.step.time.total(); }

/// What a part of the search brought.
class Finds {
 public:
  explicit Finds(std::size_t best_count) : best_count_(best_count) {}

  void add(const Finds& other) {
    search_.evaluated += other.search_.evaluated;
    search_.bounded += other.search_.bounded;
    search_.fitting += other.search_.fitting;
    for (const Ranked& each : other.best_) keep(each);
    if (other.search_.nearest) consider(*other.search_.nearest);
    if (!search_.unplaced) search_.unplaced = other.search_.unplaced;
  }

  void pass_over() {
    ++search_.evaluated;
    ++search_.bounded;
  }

  void add(const TrainingDoesNotFit& shortage) {
    ++search_.evaluated;
    consider(shortage);
  }

  void add(const NoPlacement& why) {
    ++search_.evaluated;
    if (!search_.unplaced) search_.unplaced = why;
  }

  void add(const Ranked& fitting) {
    ++search_.evaluated;
    ++search_.fitting;
    keep(fitting);
  }

  /// A layout that takes as long, and comes later, is not among the best; nothing while there are
  /// too few.
  std::optional<Seconds> limit() const {
    if (best_.size() < best_count_) return std::nullopt;
    return time_of(best_.back());
  }

  LayoutSearch take() && {
    for (Ranked& each : best_) search_.best.push_back(std::move(each.found));
    if (search_.fitting > 0) {
      search_.nearest.reset();
      search_.unplaced.reset();
    }
    return std::move(search_);
  }

 private:
  void keep(const Ranked& each) {
    const auto key = [](const Ranked& one) { return std::pair{time_of(one), one.order}; };
    if (best_.size() == best_count_ && key(each) >= key(best_.back())) return;
    best_.insert(std::ranges::upper_bound(best_, key(each), {}, key), each);
    if (best_.size() > best_count_) best_.pop_back();
  }

  void consider(const TrainingDoesNotFit& shortage) {
    if (!search_.nearest || shortage.missing() < search_.nearest->missing()) {
      search_.nearest = shortage;
    }
  }

  std::size_t best_count_;
  std::vector<Ranked> best_;
  LayoutSearch search_;
};

/// A way to split the chips and the least time of its layouts.
struct Split {
  std::size_t index;  ///< In the order of the search.
  ParallelLayout parallel;
  Seconds least;
};

Seconds least_time(const ParallelLayout& parallel, const TrainingModel& model,
                   const LayoutSpace& space) {
  const TrainingJob& job = model.job();
  std::optional<Seconds> least;
  for (const int micro_batch :
       powers_of_two(std::min(space.micro_batch_max, job.global_batch / parallel.data))) {
    if (job.global_batch % (parallel.data * micro_batch) != 0) continue;
    const Seconds time = model.least_time({.parallel = parallel, .micro_batch = micro_batch});
    if (!least || time < *least) least = time;
  }
  return least.value_or(Seconds{});
}

/// `limit` is of the best that were found before.
Finds search_within(const Split& split, const TrainingModel& model, const LayoutSpace& space,
                    std::size_t best_count, SearchBound bound, std::optional<Seconds> limit) {
  Finds finds(best_count);
  Places places(model);
  std::size_t tried = 0;
  bool slow = false;
  const auto enter = [&](const TrainingLayout& layout) {
    if (bound == SearchBound::kNone) return;
    const Seconds least = model.least_time(layout);
    const std::optional<Seconds> own = finds.limit();
    // Of those in other splits the layout may come before one that takes as long.
    slow = (limit && least > *limit) || (own && least >= *own);
  };
  each_layout(split.parallel, model, space, enter, [&](const TrainingLayout& layout) {
    ++tried;
    if (slow) return finds.pass_over();
    const auto memory = model.memory(layout);
    if (!memory) return finds.add(memory.error());
    const auto& place = places.of(layout);
    if (!place) return finds.add(place.error());
    finds.add(Ranked{.order = {split.index, tried},
                     .found = {.layout = layout,
                               .step = {.time = model.time(layout, *place), .memory = *memory}}});
  });
  return finds;
}

std::vector<Split> splits_of(const TrainingModel& model, const hardware::System& system, int chips,
                             const LayoutSpace& space) {
  expects(chips >= 1, "a job has at least one chip");
  const TrainingPlace place{.chips = chips, .scale_up_chips = system.scale_up.chips};
  std::vector<Split> splits;
  for (const ParallelLayout& parallel : parallel_layouts(model, place, space)) {
    splits.push_back({.index = splits.size(),
                      .parallel = parallel,
                      .least = least_time(parallel, model, space)});
  }
  return splits;
}

bool beats(const FoundLayout& a, const FoundLayout& b) {
  return a.step.time.total() <= b.step.time.total() &&
         a.step.memory.total() <= b.step.memory.total() &&
         a.layout.parallel.chips() <= b.layout.parallel.chips();
}

/// Layouts of which none beats another.
class Front {
 public:
  void add(const FoundLayout& found) {
    for (const FoundLayout& each : found_) {
      if (beats(each, found)) return;
    }
    std::erase_if(found_, [&](const FoundLayout& each) { return beats(found, each); });
    found_.push_back(found);
  }
  void add(const Front& later) {
    for (const FoundLayout& each : later.found_) add(each);
  }
  std::vector<FoundLayout> take() && { return std::move(found_); }

 private:
  std::vector<FoundLayout> found_;
};

Front front_within(const ParallelLayout& parallel, const TrainingModel& model,
                   const LayoutSpace& space) {
  Front front;
  Places places(model);
  each_layout(
      parallel, model, space, [](const TrainingLayout&) {},
      [&](const TrainingLayout& layout) {
        const auto memory = model.memory(layout);
        if (!memory) return;
        const auto& place = places.of(layout);
        if (!place) return;
        front.add(
            {.layout = layout, .step = {.time = model.time(layout, *place), .memory = *memory}});
      });
  return front;
}

}  // namespace

LayoutSpace LayoutSpace::whole() {
  LayoutSpace space;
  space.sequence_parallel = {true, false};
  space.schedules = {Schedule::k1F1B, Schedule::kZeroBubble, Schedule::kDualPipe};
  space.context_kinds = {ContextKind::kRing, ContextKind::kUlysses};
  space.shard_ranks = {0, 8};
  space.recompute_layers = {1, 2, 4, 8, 16, 32};
  return space;
}

LayoutSearch search_layouts(const TrainingModel& model, const hardware::System& system, int chips,
                            const LayoutSpace& space, std::size_t best_count,
                            Parallelism parallelism, SearchBound bound) {
  expects(best_count >= 1, "a search keeps at least one layout");
  constexpr std::size_t kRound = 32;  // Splits, whatever the threads.
  std::vector<Split> splits = splits_of(model, system, chips, space);
  std::ranges::stable_sort(splits, {}, &Split::least);
  Finds finds(best_count);
  for (std::size_t begin = 0; begin < splits.size(); begin += kRound) {
    const std::size_t count = std::min(kRound, splits.size() - begin);
    std::vector<Finds> parts(count, Finds(best_count));
    for_each_index(count, parallelism, [&](std::size_t i) {
      parts[i] = search_within(splits[begin + i], model, space, best_count, bound, finds.limit());
    });
    for (const Finds& part : parts) finds.add(part);
  }
  return std::move(finds).take();
}

std::vector<FoundLayout> pareto_layouts(const TrainingModel& model, const hardware::System& system,
                                        std::span<const int> chips, const LayoutSpace& space,
                                        Parallelism parallelism) {
  Front front;
  for (const int count : chips) {
    const std::vector<Split> splits = splits_of(model, system, count, space);
    std::vector<Front> parts(splits.size());
    for_each_index(splits.size(), parallelism, [&](std::size_t i) {
      parts[i] = front_within(splits[i].parallel, model, space);
    });
    for (const Front& part : parts) front.add(part);
  }
  std::vector<FoundLayout> found = std::move(front).take();
  std::ranges::stable_sort(found, {}, [](const FoundLayout& each) {
    return std::pair{each.layout.parallel.chips(), each.step.time.total()};
  });
  return found;
}

}  // namespace offtake::perf
