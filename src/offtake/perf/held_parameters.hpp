#pragma once

#include "offtake/perf/expert_placement.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_work.hpp"

namespace offtake::perf {

/// Weights that one chip holds, by how many other chips hold the same.
struct HeldParameters {
  double dense = 0;    ///< One copy on each data and context rank.
  double experts = 0;  ///< One copy on each of `expert_replicas`.

  constexpr double total() const { return dense + experts; }

  constexpr HeldParameters& operator+=(const HeldParameters& other) {
    dense += other.dense;
    experts += other.experts;
    return *this;
  }
};

constexpr HeldParameters operator*(double factor, const HeldParameters& held) {
  return {factor * held.dense, factor * held.experts};
}

/// What one rank keeps of them where they are sharded over the ranks that hold the same.
constexpr HeldParameters shard_of(const HeldParameters& held, const TrainingLayout& layout) {
  const double ranks = static_cast<double>(stages_held(layout.schedule)) / shard_copies(layout);
  return {held.dense / (ranks * layout.parallel.replicas()),
          held.experts / (ranks * expert_replicas(layout.parallel))};
}

/// Of one layer, in the mean over the model's layers.
inline HeldParameters held_of_layer(const TrainingWork& work, const ParallelLayout& layout) {
  HeldParameters sum;
  for (const LayerWork& group : work.groups) {
    const model::LayerParameters& layer = group.parameters;
    const double dense = (layer.attention + layer.dense) / layout.tensor + layer.router;
    const double experts =
        layer.expert * layer.experts / (layout.expert * expert_tensor_ranks(layout));
    sum += group.layers * HeldParameters{.dense = dense, .experts = experts};
  }
  return (1.0 / work.layers) * sum;
}

/// What of one layer trains, in the mean over the model's layers: all of it, or its adapters.
inline HeldParameters trained_of_layer(const TrainingWork& work, const ParallelLayout& layout) {
  if (work.adapter_rank == 0) return held_of_layer(work, layout);
  double sum = 0.0;
  for (const LayerWork& group : work.groups) {
    sum += group.layers * work.adapter_rank * group.adapter_inputs_and_outputs;
  }
  return {.dense = sum / work.layers / layout.tensor};
}

/// Of the input table, or of the output matrix.
constexpr HeldParameters held_of_table(const TrainingWork& work, const ParallelLayout& layout) {
  return {.dense = static_cast<double>(work.hidden) * work.vocabulary / layout.tensor};
}

}  // namespace offtake::perf
