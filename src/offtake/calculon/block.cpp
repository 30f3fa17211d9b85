#include "offtake/calculon/block.hpp"

namespace offtake::calculon {
namespace {

/// Compute and memory of an operation's passes.
struct PassWork {
  WorkTime forward;
  WorkTime input_gradient;
  WorkTime weight_gradient;
};

/// What the passes take, the exchange of tensor ranks apart.
struct PassTime {
  Seconds forward;
  Seconds input_gradient;
  Seconds weight_gradient;
};

PassWork pass_work(const Operation& operation, const Machine& machine) {
  const WorkTime forward = work_time(machine, operation.kind, operation.forward);
  // A product by weights does the same in all passes.
  const auto time = [&](const Work& work) {
    return work == operation.forward ? forward : work_time(machine, operation.kind, work);
  };
  return {forward, time(operation.input_gradient), time(operation.weight_gradient)};
}

void add_work(PassCost& pass, const Work& work, const WorkTime& time) {
  pass.compute += work.compute;
  pass.compute_time += time.compute;
  pass.memory += work.memory;
  pass.memory_time += time.memory;
}

void add_work(BlockCost& block, const Operation& operation, const PassWork& work) {
  add_work(block.forward, operation.forward, work.forward);
  add_work(block.input_gradient, operation.input_gradient, work.input_gradient);
  add_work(block.weight_gradient, operation.weight_gradient, work.weight_gradient);
}

/// After the operation's work. Calculon adds the block's forward work so far to what is recomputed,
/// not the operation's; only the time is right.
void add_time(BlockCost& block, const Operation& operation, const PassTime& time) {
  block.forward.time += time.forward;
  block.input_gradient.time += time.input_gradient;
  block.weight_gradient.time += time.weight_gradient;
  if (!operation.recomputed) return;
  block.recompute.compute += block.forward.compute;
  block.recompute.compute_time += block.forward.compute_time;
  block.recompute.memory += block.forward.memory;
  block.recompute.memory_time += block.forward.memory_time;
  block.recompute.time += time.forward;
}

void add_exchange(BlockExchange& block, const OperationExchange& operation) {
  block.forward += operation.forward;
  block.backward += operation.backward;
  block.again += operation.again;
}

void add_exchange(BlockCost& block, const Operation& operation, const BlockOptions& options,
                  const Machine& machine) {
  const OperationExchange inner = exchange_cost(operation, options, BlockPlace::kInner, machine);
  add_exchange(block.inner, inner);
  add_exchange(block.last, options.exchange == TensorExchange::kScatteredStages
                               ? exchange_cost(operation, options, BlockPlace::kLast, machine)
                               : inner);
}

void add_tiled_product(BlockCost& block, const Operation& operation, const BlockOptions& options,
                       const Machine& machine) {
  const TiledProductCost cost = tiled_product_cost(operation, options, machine);
  add_time(block, operation, {cost.forward, cost.input_gradient, cost.weight_gradient});
  add_exchange(block.inner, cost.inner);
  add_exchange(block.last, cost.last);
}

void add_operation(BlockCost& block, const Operation& operation, const BlockOptions& options,
                   const Machine& machine) {
  const PassWork work = pass_work(operation, machine);
  add_work(block, operation, work);
  if (operation.kind == OperationKind::kExchange) {
    add_exchange(block, operation, options, machine);
  } else if (operation.kind == OperationKind::kTiledProduct) {
    add_tiled_product(block, operation, options, machine);
  } else {
    add_time(block, operation,
             {work.forward.total(), work.input_gradient.total(), work.weight_gradient.total()});
  }
}

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
    add_operation(block, operation, options, machine);
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
