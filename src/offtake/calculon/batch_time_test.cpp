#include "offtake/calculon/batch_time.hpp"

#include <doctest/doctest.h>

#include "offtake/calculon/calculon_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::calculon {

using namespace literals;

namespace {

/// A block of 3 s forward (1 s of it memory) and 5 s backward (2 s of it memory), whose tensor
/// ranks exchange for 1 s each way; 10 bytes of weights, 6 of activations, 2 to the next stage.
BlockCost small_block() {
  BlockCost block;
  block.forward = {.compute_time = 2.0_s, .memory_time = 1.0_s, .time = 3.0_s};
  block.input_gradient = {.compute_time = 2.0_s, .memory_time = 1.0_s, .time = 3.0_s};
  block.weight_gradient = {.compute_time = 1.0_s, .memory_time = 1.0_s, .time = 2.0_s};
  block.inner.forward = {.link = 1.0_s, .exposed = 1.0_s};
  block.inner.backward = {.link = 1.0_s, .exposed = 1.0_s};
  block.last = block.inner;
  block.memory.weights = 10.0_B;
  block.memory.stored = 6.0_B;
  block.stage_message = 2.0_B;
  return block;
}

OptimizerCost small_optimizer() {
  return {.compute_time = 1.0_s, .state = 12.0_B, .memory_time = 2.0_s};
}

BatchTime time_of(const Execution& execution, int blocks) {
  const Machine machine = example::round_numbers();
  const BlockCost block = small_block();
  const OptimizerCost optimizer = small_optimizer();
  return batch_time(execution, {block, optimizer, machine, stage_shape(blocks, execution)});
}

}  // namespace

TEST_CASE("one chip runs all blocks for all micro-batches") {
  const BatchTime time = time_of({.batch = 4}, 3);
  CHECK(time.forward == 1.0_s * (3 * 4 * 3));
  CHECK(time.backward == 1.0_s * (3 * 4 * 5));
  CHECK(time.optimizer == 1.0_s * (3 * 3));
  CHECK(time.tensor_communication == 1.0_s * (3 * 4 * 2));
  CHECK(time.pipeline_communication == Seconds{});
  CHECK(time.bubble == Seconds{});
  CHECK(time.total() == 1.0_s * (36 + 60 + 9 + 24));
}

TEST_CASE("two stages wait for each other once") {
  // Stages of 2 blocks; a message of 2 bytes takes 2 s on network 0. A chunk: 2 (3 + 1) + 2 forward
  // and 2 (5 + 1) + 2 backward.
  const BatchTime time = time_of({.pipeline = 2, .batch = 4}, 4);
  CHECK(time.bubble == 1.0_s * (10 + 14));
  CHECK(time.pipeline_communication == 1.0_s * (4 * 2 * 2));
}

TEST_CASE("chunks shorten the wait, and a short last round adds one for each chunk but one") {
  // Two chunks of 1 block: (3 + 1) + 2 and (5 + 1) + 2 s. Three micro-batches lack one of a second
  // round of two.
  const BatchTime even = time_of({.pipeline = 2, .batch = 4, .interleaving = 2}, 4);
  CHECK(even.bubble == 1.0_s * 14);
  CHECK(even.pipeline_communication == 1.0_s * (4 * 2 * 2 * 2));
  const BatchTime odd = time_of({.pipeline = 2, .batch = 3, .interleaving = 2}, 4);
  CHECK(odd.bubble == 1.0_s * (14 + 14));
}

TEST_CASE("a stage with a block less shortens the wait by a block between inner and last") {
  // 3 blocks on 2 stages: the first has 2. An inner block takes 4 + 6 s, the last one 6 + 8 s.
  const BatchTime time = time_of({.pipeline = 2, .batch = 4}, 3);
  CHECK(time.bubble == 1.0_s * (24 - 12));
}

TEST_CASE("replicas exchange gradients after the batch unless they overlap") {
  // 10 bytes and 1 s of latency on network 1; an all-reduce, or two halves when sharded.
  const Execution plain{.data = 2, .data_network = 1, .batch = 4};
  CHECK(time_of(plain, 3).data_communication == 1.0_s * (3 * 11));
  Execution sharded = plain;
  sharded.sharded_optimizer = true;
  CHECK(time_of(sharded, 3).data_communication == 1.0_s * (3 * 22));
}

TEST_CASE("gradients hide behind the backward pass of the chunk") {
  // One chunk of 3 blocks, 11 s of exchange a block. A block's window: 5 + 1 s of backward pass
  // less 2 s of memory, and 1 s of the optimizer's compute: 5 s. The one message that a single
  // stage sends has no latency on network 0. Window of the last chunk: 3 x 5 - (6 + 6) / 2 + 1 = 10
  // s. 2 x 11 s + a quarter of 4 s of compute - 10 s stay, and one block's exchange.
  Execution overlapped{.data = 2, .data_network = 1, .batch = 4};
  overlapped.data_overlap = true;
  CHECK(time_of(overlapped, 3).data_communication == 1.0_s * (11 + 22 + 1 - 10));
}

TEST_CASE("an exchange that hides slows compute by its share") {
  // As above with 40 times the bandwidth on network 1 and no latency: 0.25 s a block; the window is
  // long enough, and a quarter of 2 x 0.25 s remains.
  Machine machine = example::round_numbers();
  machine.networks[1].latency = Seconds{};
  machine.networks[1].sustained = Bandwidth::in_base_units(40.0);
  Execution overlapped{.data = 2, .data_network = 1, .batch = 4};
  overlapped.data_overlap = true;
  const BlockCost block = small_block();
  const OptimizerCost optimizer = small_optimizer();
  const BatchTime time =
      batch_time(overlapped, {block, optimizer, machine, stage_shape(3, overlapped)});
  CHECK(time.data_communication == 1.0_s * (0.25 + 0.125));
}

TEST_CASE("early chunks hide their exchange behind as many passes as there are stages") {
  // Two stages of two chunks of one block, all on network 1: a message takes 2 + 1 s. A chunk's
  // backward pass takes 5 + 1 + 3 = 9 s; its window is 9 - 2 s of memory + 1 s of optimizer = 8 s.
  // Its exchange of 11 s meets floor(11 / 9) = 1 message: 2 x 8 - 3 = 13 s cover 11 s and a quarter
  // of 2 x 4 s of compute exactly, so that only a quarter of 11 s remains. The last chunk of one
  // block hides nothing: its exchange in the open, and a quarter of 4 s of compute.
  Execution overlapped{.pipeline = 2,
                       .data = 2,
                       .pipeline_network = 1,
                       .data_network = 1,
                       .batch = 4,
                       .interleaving = 2};
  overlapped.data_overlap = true;
  CHECK(time_of(overlapped, 4).data_communication == 1.0_s * (11 + 2.75 + 1));
}

TEST_CASE("the host's memory is waited for where it takes longer than the pass leaves") {
  // Forward, 10 bytes of weights: 10 + 1 s of memory against 3 + 1 s of pass. Backward, weights,
  // activations and optimizer state: 10 + 6 + 12 + 2 s against 5 + 1 s.
  Execution offloaded{.batch = 4};
  offloaded.offload = {.weights = true, .activations = true, .optimizer = true};
  const BatchTime time = time_of(offloaded, 3);
  CHECK(time.forward_offload == 1.0_s * (4 * 3 * 7));
  CHECK(time.backward_offload == 1.0_s * (4 * 3 * 24));
}

}  // namespace offtake::calculon
