#include "offtake/perf/layout_search.hpp"

#include <algorithm>
#include <cstddef>
#include <expected>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/perf/layout_rules.hpp"

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

/// What one way to split the chips brought.
class Finds {
 public:
  explicit Finds(std::size_t best_count) : best_count_(best_count) {}

  void add(const TrainingLayout& layout, const std::expected<TrainingStep, NoTrainingStep>& step) {
    ++search_.evaluated;
    if (step) {
      ++search_.fitting;
      keep({.layout = layout, .step = *step});
    } else if (const auto* shortage = std::get_if<TrainingDoesNotFit>(&step.error())) {
      consider(*shortage);
    }
  }

  /// `later` comes after this one in the order of the search.
  void add(const LayoutSearch& later) {
    search_.evaluated += later.evaluated;
    search_.fitting += later.fitting;
    for (const FoundLayout& found : later.best) keep(found);
    if (later.nearest) consider(*later.nearest);
  }

  LayoutSearch take() {
    if (search_.fitting > 0) search_.nearest.reset();
    return std::move(search_);
  }

 private:
  void keep(const FoundLayout& found) {
    std::vector<FoundLayout>& best = search_.best;
    const auto time = [](const FoundLayout& each) { return each.step.time.total(); };
    if (best.size() == best_count_ && time(found) >= time(best.back())) return;
    best.insert(std::ranges::upper_bound(best, time(found), {}, time), found);
    if (best.size() > best_count_) best.pop_back();
  }

  void consider(const TrainingDoesNotFit& shortage) {
    if (!search_.nearest || shortage.missing() < search_.nearest->missing()) {
      search_.nearest = shortage;
    }
  }

  std::size_t best_count_;
  LayoutSearch search_;
};

LayoutSearch search_within(const ParallelLayout& parallel, const TrainingModel& model,
                           const LayoutSpace& space, std::size_t best_count) {
  const TrainingJob& job = model.job();
  Finds finds(best_count);
  const std::vector<bool> one_rank = {true};
  const std::vector<int> micro_batches =
      powers_of_two(std::min(space.micro_batch_max, job.global_batch / parallel.data));
  for (const int virtual_stages : virtual_stages_of(model.work().layers, parallel.pipeline)) {
    for (const int micro_batch : micro_batches) {
      TrainingLayout layout{
          .parallel = parallel, .virtual_stages = virtual_stages, .micro_batch = micro_batch};
      if (job.global_batch % (parallel.data * micro_batch) != 0) continue;
      if (!stages_fit(layout, model.work(), job)) continue;
      for (const bool split : parallel.tensor == 1 ? one_rank : space.sequence_parallel) {
        layout.sequence_parallel = split;
        for (const Sharding sharding : space.sharding) {
          // Where no rank holds the same weights, there is nothing to shard.
          if (parallel.replicas() == 1 && sharding != space.sharding.front()) continue;
          layout.sharding = sharding;
          for (const Recompute recompute : space.recompute) {
            layout.recompute = recompute;
            finds.add(layout, model.step(layout));
          }
        }
      }
    }
  }
  return finds.take();
}

}  // namespace

LayoutSearch search_layouts(const TrainingModel& model, const hardware::System& system, int chips,
                            const LayoutSpace& space, std::size_t best_count,
                            Parallelism parallelism) {
  expects(chips >= 1, "a job has at least one chip");
  expects(best_count >= 1, "a search keeps at least one layout");
  const TrainingPlace place{.chips = chips, .scale_up_chips = system.scale_up.chips};
  const std::vector<ParallelLayout> layouts = parallel_layouts(model, place, space);
  std::vector<LayoutSearch> parts(layouts.size());
  for_each_index(layouts.size(), parallelism, [&](std::size_t index) {
    parts[index] = search_within(layouts[index], model, space, best_count);
  });
  Finds finds(best_count);
  for (const LayoutSearch& part : parts) finds.add(part);
  return finds.take();
}

}  // namespace offtake::perf
