#pragma once

#include <algorithm>

#include "offtake/perf/held_parameters.hpp"
#include "offtake/perf/layer_time.hpp"
#include "offtake/perf/training_assumptions.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_placement.hpp"
#include "offtake/perf/training_rates.hpp"
#include "offtake/perf/training_work.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Time of transfers if nothing ran beside them, and what they take of the chip while they run.
struct Transfer {
  Seconds time;
  double compute_share = 0;
};

constexpr Transfer operator*(double times, Transfer transfer) {
  return {times * transfer.time, transfer.compute_share};
}

/// One after the other.
constexpr Transfer operator+(Transfer a, Transfer b) {
  return {a.time + b.time, std::max(a.compute_share, b.compute_share)};
}

/// Transfers of one micro-batch through all layers of the model, forward and backward.
struct LayerTransfers {
  Transfer tensor;   ///< Activations among ranks that share each matrix.
  Transfer context;  ///< Keys and values among ranks that share a sample.
  Transfer expert;   ///< Tokens to their experts and back.
};

/// Tensor: each half of a layer gathers its input and reduce-scatters its output, forward and
/// backward, and gathers the input again for the weights' gradient; without sequence parallelism
/// it all-reduces once each way (Korthikanti et al., MLSys 2023). Routed experts that are dealt out
/// need none. Context: keys and values are gathered each way and their gradients reduced (Liu,
/// Zaharia, Abbeel, "Ring attention", 2023), or heads traded for tokens before and after attention
/// (Jacobs et al., "DeepSpeed Ulysses", 2023). Expert: tokens travel out and back, each way.
LayerTransfers layer_transfers(const MicroBatch& batch, const TrainingWork& work,
                               const TrainingLayout& layout, const TrainingPlacement& place,
                               const TrainingRates& rates, const TrainingAssumptions& assumptions);

/// One micro-batch's activations to the next stage, and their gradients back.
Transfer pipeline_transfer(const MicroBatch& batch, const TrainingWork& work,
                           const TrainingLayout& layout, const TrainingPlacement& place,
                           const TrainingRates& rates);

/// Weights and gradients of one stage, among the ranks that hold the same ones.
struct ReplicaTransfers {
  Transfer reduce;     ///< Of the gradients, once.
  Transfer gather;     ///< Of the weights, once.
  Transfer replicate;  ///< Of the shards' gradients among the ranks that hold the same shard.
};

/// What one chip of a stage holds before sharding, and what of it trains.
struct StageParameters {
  HeldParameters held;
  HeldParameters trained;
};

/// Shards are reduced and gathered inside their group, then all-reduced across groups once a step,
/// after the last micro-batch. Gradients are of what trains. Weights are gathered where they
/// changed, or where they are sharded at all times.
ReplicaTransfers replica_transfers(const StageParameters& parameters, const TrainingLayout& layout,
                                   const TrainingPlacement& place, const TrainingRates& rates,
                                   const TrainingAssumptions& assumptions);

}  // namespace offtake::perf
