#pragma once

#include <span>

#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/machine.hpp"
#include "offtake/calculon/operation.hpp"
#include "offtake/calculon/tensor_exchange.hpp"
#include "offtake/calculon/transformer.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

/// A pass through one block. `time` leaves out what counts as exchange.
struct PassCost {
  Flops compute;
  Seconds compute_time;
  Bytes memory;
  Seconds memory_time;
  Seconds time;
};

/// Exchange of the tensor ranks in one block.
struct BlockExchange {
  ExchangeCost forward;
  ExchangeCost backward;
  ExchangeCost again;  ///< Of the forward pass, in the backward pass.
};

struct BlockMemory {
  Bytes weights;
  Bytes working;     ///< Activations while the block runs.
  Bytes stored;      ///< Activations kept for the backward pass of one micro-batch.
  Bytes checkpoint;  ///< The input of the block, with full recompute.
  Bytes activation_gradients;
  Bytes whole_gradients;  ///< Of the weights, before they are summed over replicas.
};

/// One block, one micro-batch: all that does not depend on pipeline and replicas.
struct BlockCost {
  PassCost forward;
  PassCost recompute;
  PassCost input_gradient;
  PassCost weight_gradient;
  BlockExchange inner;  ///< Of a block with another behind it in its chunk.
  BlockExchange last;
  BlockMemory memory;
  Bytes stage_message;  ///< Of one chip to its like in the next stage, either way.
};

BlockCost block_cost(const Transformer& model, std::span<const Operation> operations,
                     const BlockOptions& options, const Machine& machine);

/// Adam's step over one block's parameters, cut over `ranks` replicas.
struct OptimizerCost {
  Flops compute;
  Seconds compute_time;
  Bytes state;  ///< Read and written by the step, and held.
  Seconds memory_time;
  Bytes gradients;  ///< 16-bit, summed over replicas.

  Seconds time() const { return compute_time + memory_time; }
};

OptimizerCost optimizer_cost(std::span<const Operation> operations, int ranks,
                             const Machine& machine);

}  // namespace offtake::calculon
