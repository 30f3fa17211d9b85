#include "offtake/calculon/memory.hpp"

#include <algorithm>

namespace offtake::calculon {
namespace {

/// Micro-batches whose activations the first stage holds: with one forward and one backward pass in
/// turn as many as there are stages, and with chunks 1 + (stages - 1) / (chunks x stages) times as
/// many. Source: Korthikanti et al., "Reducing activation recomputation in large transformer
/// models", 2022.
double micro_batches_held(const Execution& execution) {
  const double stages = execution.pipeline;
  const double held = std::min(execution.micro_batches(), execution.pipeline);
  if (execution.interleaving == 1) return held;
  return held * (1.0 + (stages - 1.0) / (execution.interleaving * stages));
}

}  // namespace

MemoryUse memory_use(const Execution& execution, const StageShape& stage, const BlockMemory& block,
                     const OptimizerCost& optimizer) {
  const int blocks = stage.blocks;
  const double held = micro_batches_held(execution);
  const bool full = execution.block.recompute == Recompute::kFull;
  // One block's activations while it runs; what is kept of it is part of that.
  const Bytes kept = full ? Bytes{} : block.stored * (blocks * held - 1.0);
  const MemoryParts whole{
      .weights = blocks * block.weights,
      .activations = block.working + kept,
      .checkpoints = blocks * block.checkpoint * held,
      // One block's gradients before they are summed, the others' after.
      .weight_gradients = block.whole_gradients + (blocks - 1) * optimizer.gradients,
      .activation_gradients = block.activation_gradients,
      .optimizer = blocks * optimizer.state};
  MemoryUse use{.chip = whole};
  const Offload& offload = execution.offload;
  if (offload.weights) {
    use.chip.weights = 2.0 * block.weights;  // Of the block that runs, and of the next.
    use.host.weights = whole.weights;
  }
  if (offload.activations) {
    use.chip.activations = block.working + block.stored;
    use.chip.checkpoints = 2.0 * block.checkpoint;
    use.host.activations = full ? Bytes{} : whole.activations;
    use.host.checkpoints = whole.checkpoints;
  }
  if (offload.optimizer) {
    use.chip.weight_gradients = block.whole_gradients + optimizer.gradients;
    use.chip.optimizer = 2.0 * optimizer.state;
    use.host.weight_gradients = blocks * optimizer.gradients;
    use.host.optimizer = whole.optimizer;
  }
  return use;
}

}  // namespace offtake::calculon
