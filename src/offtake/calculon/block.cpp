#include "offtake/calculon/block.hpp"

namespace offtake::calculon {
namespace {

void add_work(PassCost& pass, const Work& work, const WorkTime& time) {
  pass.compute += work.compute;
  pass.compute_time += time.compute;
  pass.memory += work.memory;
  pass.memory_time += time.memory;
}

void add_exchange(BlockExchange& block, const OperationExchange& operation) {
  block.forward += operation.forward;
  block.backward += operation.backward;
  block.again += operation.again;
}

/// What the passes of an operation take, its exchange apart.
struct OperationTime {
  Seconds forward;
  Seconds input_gradient;
  Seconds weight_gradient;
};

void add_memory(BlockMemory& block, const Operation& operation) {
  block.weights += operation.parameters * kElement;
  if (!operation.activation_shared) block.working += operation.activation;
  if (operation.activation_kept) block.stored += operation.activation;
  if (!operation.output_kept) block.stored -= operation.output;
  block.activation_gradients += operation.activation_gradient;
  block.whole_gradients += operation.parameters * kWholeGradient;
}

}  // namespace

BlockCost block_cost(const Transformer& model, std::span<const Operation> operations,
                     const BlockOptions& options, const Machine& machine) {
  BlockCost block;
  for (const Operation& operation : operations) {
    const WorkTime forward = work_time(machine, operation.kind, operation.forward);
    const WorkTime input = work_time(machine, operation.kind, operation.input_gradient);
    const WorkTime weights = work_time(machine, operation.kind, operation.weight_gradient);
    OperationTime time{forward.total(), input.total(), weights.total()};
    if (operation.kind == OperationKind::kExchange) {
      time = {};
      const OperationExchange inner =
          exchange_cost(operation, options, BlockPlace::kInner, machine);
      add_exchange(block.inner, inner);
      add_exchange(block.last, options.exchange == TensorExchange::kScatteredStages
                                   ? exchange_cost(operation, options, BlockPlace::kLast, machine)
                                   : inner);
    } else if (operation.kind == OperationKind::kTiledProduct) {
      const TiledProductCost tiled = tiled_product_cost(operation, options, machine);
      time = {tiled.forward, tiled.input_gradient, tiled.weight_gradient};
      add_exchange(block.inner, tiled.inner);
      add_exchange(block.last, tiled.last);
    }
    add_work(block.forward, operation.forward, forward);
    add_work(block.input_gradient, operation.input_gradient, input);
    add_work(block.weight_gradient, operation.weight_gradient, weights);
    block.forward.time += time.forward;
    block.input_gradient.time += time.input_gradient;
    block.weight_gradient.time += time.weight_gradient;
    if (operation.recomputed) {
      // Calculon adds the block's forward work so far, not the operation's; only the time is right.
      block.recompute.compute += block.forward.compute;
      block.recompute.compute_time += block.forward.compute_time;
      block.recompute.memory += block.forward.memory;
      block.recompute.memory_time += block.forward.memory_time;
      block.recompute.time += time.forward;
    }
    add_memory(block.memory, operation);
  }
  const Bytes activation =
      static_cast<double>(options.micro_batch) * model.sequence * model.hidden * kElement;
  if (options.recompute == Recompute::kFull) {
    block.memory.stored = Bytes{};
    block.memory.checkpoint = activation;
  }
  block.stage_message =
      options.exchange == TensorExchange::kAllReduce ? activation : activation / options.tensor;
  return block;
}

OptimizerCost optimizer_cost(std::span<const Operation> operations, int ranks,
                             const Machine& machine) {
  OptimizerCost cost;
  for (const Operation& operation : operations) {
    if (operation.parameters == 0.0) continue;
    const double parameters = operation.parameters / ranks;
    const Work step = optimizer_work(parameters);
    const WorkTime time = work_time(machine, OperationKind::kVector, step);
    cost.compute += step.compute;
    cost.compute_time += time.compute;
    cost.state += step.memory;
    cost.memory_time += time.memory;
    cost.gradients += parameters * kElement;
  }
  return cost;
}

}  // namespace offtake::calculon
