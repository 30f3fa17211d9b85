#include "offtake/calculon/batch_time.hpp"

#include <algorithm>
#include <cstddef>

#include "offtake/base/expects.hpp"
#include "offtake/calculon/data_exchange.hpp"

namespace offtake::calculon {
namespace {

/// What a block waits for beside its own work, for one micro-batch.
struct Surroundings {
  Seconds message;          ///< Between stages, after the last block of a chunk.
  Seconds forward_offload;  ///< Transfers of the host's memory in a pass.
  Seconds backward_offload;
};

/// The passes of one block for one micro-batch.
struct BlockPasses {
  Seconds forward;
  Seconds forward_wait;  ///< Part of `forward`: for the host's memory.
  Seconds backward;
  Seconds backward_wait;
};

/// Transfers of the host's memory run beside all but the chip's own memory traffic.
Seconds wait(Seconds transfer, Seconds memory, Seconds pass) {
  if (transfer == Seconds{}) return {};
  return std::max(Seconds{}, transfer + memory - pass);
}

BlockPasses block_passes(const BlockCost& block, const BlockExchange& exchange,
                         const Surroundings& around) {
  BlockPasses passes;
  passes.forward = block.forward.time + exchange.forward.exposed + around.message;
  passes.forward_wait = wait(around.forward_offload, block.forward.memory_time, passes.forward);
  passes.backward = block.recompute.time + exchange.again.exposed + block.input_gradient.time +
                    block.weight_gradient.time + exchange.backward.exposed + around.message;
  passes.backward_wait =
      wait(around.backward_offload,
           block.input_gradient.memory_time + block.weight_gradient.memory_time, passes.backward);
  passes.forward += passes.forward_wait;
  passes.backward += passes.backward_wait;
  return passes;
}

/// The blocks of a chunk: all but the last alike.
struct ChunkPasses {
  int inner_blocks = 0;
  BlockPasses inner;
  BlockPasses last;

  Seconds forward() const { return inner_blocks * inner.forward + last.forward; }
  Seconds backward() const { return inner_blocks * inner.backward + last.backward; }
};

ChunkPasses chunk_passes(const BatchCosts& costs, const Surroundings& around) {
  Surroundings inside = around;
  inside.message = Seconds{};
  return {.inner_blocks = costs.stage.chunk_blocks() - 1,
          .inner = block_passes(costs.block, costs.block.inner, inside),
          .last = block_passes(costs.block, costs.block.last, around)};
}

/// A figure of the blocks of all chunks for all micro-batches.
template <class OfBlock>
Seconds over_batch(const Execution& execution, const StageShape& stage, const BlockCost& block,
                   OfBlock of_block) {
  const Seconds chunk = (stage.chunk_blocks() - 1) * of_block(block.inner) + of_block(block.last);
  return static_cast<double>(execution.micro_batches()) * stage.chunks * chunk;
}

/// The stages wait (stages - 1) chunks to fill and to drain; as often again for each micro-batch by
/// which the last round falls short, in all chunks but one. Stages with a block less shorten it.
Seconds bubble_time(const Execution& execution, const StageShape& stage, const ChunkPasses& chunk) {
  const Seconds pass = chunk.forward() + chunk.backward();
  const int last_round = execution.micro_batches() % execution.pipeline;
  const int short_by = last_round == 0 ? 0 : execution.pipeline - last_round;
  const Seconds last_block = chunk.last.forward + chunk.last.backward;
  const Seconds missing_block =
      chunk.inner_blocks > 0 ? (chunk.inner.forward + chunk.inner.backward + last_block) / 2.0
                             : last_block;
  const Seconds extra =
      static_cast<double>((stage.chunks - 1) * short_by) * pass - stage.missing * missing_block;
  return (execution.pipeline - 1) * pass + extra;
}

Seconds message_time(const Execution& execution, const BatchCosts& costs) {
  const Network& network =
      costs.machine.networks.at(static_cast<std::size_t>(execution.pipeline_network));
  // One stage sends nothing, and Calculon still counts the latency where gradients overlap.
  return network.time(execution.pipeline > 1 ? costs.block.stage_message : Bytes{});
}

Surroundings surroundings(const Execution& execution, const BatchCosts& costs) {
  const Store& host = costs.machine.host_memory;
  const BlockMemory& memory = costs.block.memory;
  const Offload& offload = execution.offload;
  const Bytes weights = offload.weights ? memory.weights : Bytes{};
  const Bytes activations = offload.activations ? memory.stored + memory.checkpoint : Bytes{};
  const Bytes optimizer = offload.optimizer ? costs.optimizer.state : Bytes{};
  return {.message = message_time(execution, costs),
          .forward_offload = host.time(std::max(weights, activations)),
          .backward_offload = host.time(weights + activations + optimizer)};
}

/// All parts but the messages of the pipeline and the exchange of gradients.
BatchTime time_of_blocks(const Execution& execution, const BatchCosts& costs,
                         const ChunkPasses& chunk) {
  const BlockCost& block = costs.block;
  const double passes = static_cast<double>(costs.stage.blocks) * execution.micro_batches();
  const double chunks = static_cast<double>(execution.micro_batches()) * costs.stage.chunks;
  return {
      .forward = passes * block.forward.time,
      .backward = passes * block.input_gradient.time + passes * block.weight_gradient.time,
      .optimizer = costs.stage.blocks * costs.optimizer.time(),
      .forward_offload =
          chunks * (chunk.inner_blocks * chunk.inner.forward_wait + chunk.last.forward_wait),
      .backward_offload =
          chunks * (chunk.inner_blocks * chunk.inner.backward_wait + chunk.last.backward_wait),
      .recompute = passes * block.recompute.time,
      .recommunication = over_batch(execution, costs.stage, block,
                                    [](const BlockExchange& each) { return each.again.exposed; }),
      .bubble = bubble_time(execution, costs.stage, chunk),
      .tensor_communication = over_batch(
          execution, costs.stage, block,
          [](const BlockExchange& each) { return each.forward.exposed + each.backward.exposed; })};
}

Seconds message_time_of_batch(const Execution& execution, const BatchCosts& costs,
                              Seconds message) {
  if (execution.pipeline == 1) return {};
  return static_cast<double>(execution.micro_batches()) * costs.stage.chunks * 2.0 * message;
}

}  // namespace

BatchTime batch_time(const Execution& execution, const BatchCosts& costs) {
  const Surroundings around = surroundings(execution, costs);
  const ChunkPasses chunk = chunk_passes(costs, around);
  BatchTime time = time_of_blocks(execution, costs, chunk);
  time.pipeline_communication = message_time_of_batch(execution, costs, around.message);
  time.data_communication = exposed_data_exchange_time(execution, costs,
                                                       {.time = chunk.backward(),
                                                        .inner_block = chunk.inner.backward,
                                                        .last_block = chunk.last.backward,
                                                        .message = around.message});
  return time;
}

LinkTime link_time(const Execution& execution, const BatchCosts& costs) {
  LinkTime link;
  link.recommunication = over_batch(execution, costs.stage, costs.block,
                                    [](const BlockExchange& each) { return each.again.link; });
  link.tensor = over_batch(execution, costs.stage, costs.block, [](const BlockExchange& each) {
    return each.forward.link + each.backward.link;
  });
  link.pipeline = message_time_of_batch(execution, costs, message_time(execution, costs));
  link.data = costs.stage.blocks * block_data_exchange_time(execution, costs);
  return link;
}

Seconds batch_time_bound(const Execution& execution, const BatchCosts& costs) {
  expects(costs.stage.missing == 0, "the bound is for stages of equal blocks");
  return time_of_blocks(execution, costs, chunk_passes(costs, {})).total();
}

}  // namespace offtake::calculon
