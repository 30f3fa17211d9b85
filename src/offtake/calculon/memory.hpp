#pragma once

#include "offtake/calculon/block.hpp"
#include "offtake/calculon/execution.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

struct MemoryParts {
  Bytes weights;
  Bytes activations;
  Bytes checkpoints;
  Bytes weight_gradients;
  Bytes activation_gradients;
  Bytes optimizer;

  Bytes total() const {
    return weights + activations + checkpoints + weight_gradients + activation_gradients +
           optimizer;
  }
};

/// What the first stage holds on one chip and, offloaded, in its part of the host's memory.
/// Embeddings, logits and the buffers of the communication library are not counted.
struct MemoryUse {
  MemoryParts chip;
  MemoryParts host;
};

MemoryUse memory_use(const Execution& execution, const StageShape& stage, const BlockMemory& block,
                     const OptimizerCost& optimizer);

}  // namespace offtake::calculon
