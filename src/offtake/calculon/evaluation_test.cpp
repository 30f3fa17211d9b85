#include "offtake/calculon/evaluation.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "offtake/calculon/block_operations.hpp"
#include "offtake/calculon/calculon_example.hpp"
#include "offtake/calculon/random_execution.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::calculon {

using namespace literals;

namespace {

const Machine kA100 = example::a100();

Evaluation evaluated(const Execution& execution, const Transformer& model) {
  const auto result = evaluate(execution, model, kA100);
  RC_PRE(result.has_value());
  return *result;
}

bool is_near(double a, double b) { return std::abs(a - b) <= 1e-12 * std::abs(b); }

}  // namespace

TEST_CASE("ranks must fill an island, and no more than its chips") {
  Execution execution = example::gpt3_on_64();
  execution.block.tensor = 6;
  CHECK(!lie_on_networks(execution, kA100));  // 6 does not divide 8.
  execution.block.tensor = 4;
  CHECK(lie_on_networks(execution, kA100));
  execution.pipeline_network = 0;  // 4 x 8 ranks on 8 chips.
  const auto lie = lie_on_networks(execution, kA100);
  REQUIRE(!lie);
  CHECK(describe(Refusal(lie.error())) == "32 ranks do not lie on network 0 of 8 chips");
}

TEST_CASE("what does not fit says what it needs") {
  Execution execution = example::gpt3_on_64();
  execution.block.recompute = Recompute::kNone;
  execution.block.exchange = TensorExchange::kAllReduce;
  execution.block.gather_again = false;
  const auto result = evaluate(execution, example::gpt3_175b(), kA100);
  REQUIRE(!result);
  const auto& lack = std::get<DoesNotFit>(result.error());
  CHECK(lack.needed > lack.available);
  CHECK(lack.available == 80.0_GiB);
}

TEST_CASE("offloading needs three blocks a stage") {
  Execution execution = example::gpt3_on_64();
  execution.pipeline = 48;  // Two blocks a stage.
  execution.interleaving = 1;
  execution.offload.weights = true;
  const auto result = evaluate(execution, example::gpt3_175b(), kA100);
  REQUIRE(!result);
  CHECK(std::get<TooFewBlocks>(result.error()).blocks == 2);
}

TEST_CASE("every rule that is broken is told") {
  Execution execution = example::gpt3_on_64();
  execution.block.tensor = 5;       // Does not divide 96 heads, nor 2,048 tokens.
  execution.interleaving = 5;       // Does not divide 12 blocks.
  execution.data_overlap = true;    // One replica.
  execution.block.micro_batch = 3;  // Does not divide 64.
  CHECK(execution_problems(execution, example::gpt3_175b()).size() == 5);
}

TEST_CASE("no part of time or memory is negative, and what is exposed was on the link") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    const Execution execution = random_execution(model);
    const Evaluation of = evaluated(execution, model);
    for (const Seconds part :
         {of.time.forward, of.time.backward, of.time.optimizer, of.time.forward_offload,
          of.time.backward_offload, of.time.recompute, of.time.recommunication, of.time.bubble,
          of.time.tensor_communication, of.time.pipeline_communication,
          of.time.data_communication}) {
      RC_ASSERT(part >= Seconds{});
    }
    for (const MemoryParts& held : {of.memory.chip, of.memory.host}) {
      for (const Bytes part : {held.weights, held.activations, held.checkpoints,
                               held.weight_gradients, held.activation_gradients, held.optimizer}) {
        RC_ASSERT(part >= Bytes{});
      }
    }
    RC_ASSERT(of.time.pipeline_communication == of.link.pipeline);
    if (execution.block.overlap == TensorOverlap::kNone) {
      RC_ASSERT(of.time.tensor_communication == of.link.tensor);
      RC_ASSERT(of.time.recommunication == of.link.recommunication);
    }
    RC_ASSERT(of.efficiency > 0.0);
    RC_ASSERT(of.efficiency <= 0.95);  // The best step of the matrix engines, the fastest ones.
    RC_ASSERT(is_near(of.sample_rate * of.time.total().in(1.0_s), execution.batch));
  }));
}

TEST_CASE("a stage of one chip alone communicates nothing") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    const Evaluation of =
        evaluated({.block = {.recompute = *rc::gen::element(Recompute::kFull, Recompute::kNone)},
                   .batch = *rc::gen::inRange(1, 8)},
                  model);
    RC_ASSERT(of.time.tensor_communication == Seconds{});
    RC_ASSERT(of.time.pipeline_communication == Seconds{});
    RC_ASSERT(of.time.data_communication == Seconds{});
    RC_ASSERT(of.time.bubble == Seconds{});
  }));
}

TEST_CASE("sharding the optimizer never raises memory, nor does offloading the chip's") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    Execution execution = random_execution(model);
    RC_PRE(execution.data > 1);
    const auto held = [&](bool sharded, Offload offload) {
      execution.sharded_optimizer = sharded;
      execution.offload = offload;
      return evaluated(execution, model).memory.chip.total();
    };
    RC_ASSERT(held(true, {}) <= held(false, {}));
    const Offload offload = execution.offload;
    RC_ASSERT(held(false, {true, false, false}) <= held(false, {}));
    RC_ASSERT(held(false, {false, false, true}) <= held(false, {}));
    RC_ASSERT(held(true, offload) <= held(true, {}));
  }));
}

TEST_CASE("what is computed again need not be kept") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    Execution execution = random_execution(model);
    execution.offload = {};
    execution.block.gather_again = false;
    const auto kept = [&](Recompute recompute) {
      execution.block.recompute = recompute;
      return evaluated(execution, model).block.memory.stored;
    };
    RC_ASSERT(kept(Recompute::kFull) <= kept(Recompute::kAttention));
    RC_ASSERT(kept(Recompute::kAttention) <= kept(Recompute::kNone));
  }));
}

TEST_CASE("with one tensor rank all exchanges are one") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    Execution execution = random_execution(model);
    RC_PRE(execution.block.tensor == 1);
    execution.block.gather_again = false;
    const auto time = [&](TensorExchange exchange) {
      execution.block.exchange = exchange;
      return evaluated(execution, model).time.total();
    };
    RC_ASSERT(time(TensorExchange::kAllReduce) == time(TensorExchange::kSequence));
    RC_ASSERT(time(TensorExchange::kAllReduce) == time(TensorExchange::kScatteredStages));
  }));
}

TEST_CASE("the bound holds for every network, overlap and offload") {
  CHECK(rc::check([] {
    const Transformer model = random_transformer();
    const Execution execution = random_execution(model);
    const StageShape stage = stage_shape(model.blocks, execution);
    const auto operations = block_operations(model, execution.block);
    const BlockCost block = block_cost(model, operations, execution.block, kA100);
    const OptimizerCost optimizer = optimizer_cost(operations, execution.optimizer_ranks(), kA100);
    const BatchCosts costs{block, optimizer, kA100, stage};
    Execution plain = execution;
    plain.offload = {};
    plain.data_overlap = false;
    plain.pipeline_network = 0;
    plain.data_network = 0;
    RC_ASSERT(batch_time_bound(plain, costs) <= batch_time(execution, costs).total());
  }));
}

}  // namespace offtake::calculon
