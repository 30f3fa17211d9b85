#include "offtake/calculon/data_exchange.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace offtake::calculon {
namespace {

/// What an exchange may hide behind.
struct Cover {
  Seconds window;   ///< Time in which the network is free and the chip's memory is not busy.
  Seconds compute;  ///< Of that, compute, which the exchange slows by its share.
};

/// The optimizer's compute covers the exchange too, unless it waits for its share of gradients.
Cover optimizer_cover(const Execution& execution, const OptimizerCost& optimizer) {
  if (execution.sharded_optimizer) return {};
  return {optimizer.compute_time, optimizer.compute_time};
}

/// Of one block: its backward pass without memory traffic and without what the same network
/// carries.
Seconds block_window(const Execution& execution, const BatchCosts& costs,
                     const BlockExchange& exchange, Seconds backward) {
  const BlockCost& block = costs.block;
  Seconds window = backward - (block.input_gradient.memory_time +
                               block.weight_gradient.memory_time + block.recompute.memory_time);
  window += optimizer_cover(execution, costs.optimizer).window;
  if (execution.data_network == execution.block.tensor_network) {
    window -= exchange.again.link + exchange.backward.link;
  }
  return window;
}

Cover chunk_cover(const Execution& execution, const BatchCosts& costs, const ChunkBackward& chunk) {
  const BlockCost& block = costs.block;
  const int inner = costs.stage.chunk_blocks() - 1;
  return {.window = inner * block_window(execution, costs, block.inner, chunk.inner_block) +
                    block_window(execution, costs, block.last, chunk.last_block),
          .compute = block.input_gradient.compute_time + block.weight_gradient.compute_time +
                     block.recompute.compute_time +
                     optimizer_cover(execution, costs.optimizer).compute};
}

/// Messages between stages that an exchange of `time` meets on its own network.
double messages_met(const Execution& execution, Seconds time, const ChunkBackward& chunk) {
  if (execution.data_network != execution.pipeline_network) return 0.0;
  const int last_round = execution.micro_batches() % execution.pipeline;
  const int most = last_round == 0 ? execution.pipeline : last_round;
  return std::min(std::floor(time / chunk.time), static_cast<double>(most));
}

/// What stays of an exchange of `time`: all that passes what covers it, or only what it slows.
Seconds exposed(Seconds excess, Seconds time, double compute_share) {
  return excess > Seconds{} ? excess : time * compute_share;
}

}  // namespace

Seconds block_data_exchange_time(const Execution& execution, const BatchCosts& costs) {
  if (execution.data == 1) return {};
  const Network& network =
      costs.machine.networks.at(static_cast<std::size_t>(execution.data_network));
  const Bytes gradients = costs.block.memory.weights;
  if (!execution.sharded_optimizer) {
    return network.time(Collective::kAllReduce, gradients, execution.data);
  }
  return network.time(Collective::kReduceScatter, gradients, execution.data) +
         network.time(Collective::kAllGather, gradients, execution.data);
}

Seconds exposed_data_exchange_time(const Execution& execution, const BatchCosts& costs,
                                   const ChunkBackward& chunk) {
  const Seconds block = block_data_exchange_time(execution, costs);
  if (!execution.data_overlap) return costs.stage.blocks * block;
  const double share =
      costs.machine.networks.at(static_cast<std::size_t>(execution.data_network)).compute_share;
  const int blocks = costs.stage.chunk_blocks();
  const Cover cover = chunk_cover(execution, costs, chunk);

  const Seconds chunk_exchange = blocks * block;
  const Seconds window = execution.pipeline * cover.window -
                         messages_met(execution, chunk_exchange, chunk) * chunk.message;
  const Seconds slowed = execution.pipeline * (blocks * cover.compute) * share;
  const Seconds early =
      (costs.stage.chunks - 1) * exposed(chunk_exchange - window + slowed, chunk_exchange, share);

  // The last block to finish has nothing behind it; its like covers the others of its chunk.
  Seconds last_window;
  if (blocks > 1) {
    last_window = cover.window - chunk.message - (chunk.inner_block + chunk.last_block) / 2.0 +
                  optimizer_cover(execution, costs.optimizer).window;
  }
  const Seconds last_exchange = (blocks - 1) * block;
  const Seconds late =
      exposed(last_exchange + (cover.compute * share - last_window), last_exchange, share);
  return block + early + late;
}

}  // namespace offtake::calculon
