#include "offtake/perf/training_memory.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "offtake/perf/held_parameters.hpp"
#include "offtake/perf/training_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

/// As Megatron-LM of 2022 trained GPT-3.
constexpr TrainingAssumptions kDropout{.dropout = true};
constexpr StackMemory unfused(Bytes reserved) {
  return {.reserved = reserved, .fused_attention = false};
}

ActivationRules unfused_rules(Recompute recompute) {
  return {
      .recompute = recompute, .product_input = 2.0_B, .fused_attention = false, .dropout = true};
}

TrainingLayout random_layout() {
  TrainingLayout layout;
  layout.parallel.tensor = 1 << *rc::gen::inRange(0, 4);
  layout.parallel.pipeline = 1 << *rc::gen::inRange(0, 5);
  layout.parallel.data = 1 << *rc::gen::inRange(0, 7);
  layout.micro_batch = 1 << *rc::gen::inRange(0, 3);
  layout.sharding = static_cast<Sharding>(*rc::gen::inRange(0, 4));
  layout.sequence_parallel = *rc::gen::arbitrary<bool>();
  return layout;
}

}  // namespace

TEST_CASE("a layer of GPT-3 keeps s b h (34 + 5 a s / h) bytes") {
  // h = 12288, a = 96, s = 2048: 5 a s / h = 80; for one token 12288 x 114 bytes on one rank.
  const TrainingWork work = training_work(example::gpt3_175b(), 2048);
  const LayerWork& layer = work.groups.front();
  const auto kept = [&](Recompute recompute, int tensor, bool sequence_parallel) {
    const TrainingLayout layout{.parallel = {.tensor = tensor},
                                .sequence_parallel = sequence_parallel};
    return activation_per_token(layer, work, unfused_rules(recompute), layout).in(1.0_B) / 12288;
  };
  CHECK(kept(Recompute::kNone, 1, false) == doctest::Approx(34 + 80));
  CHECK(kept(Recompute::kNone, 8, false) == doctest::Approx(10 + 24.0 / 8 + 80.0 / 8));
  CHECK(kept(Recompute::kNone, 8, true) == doctest::Approx((34 + 80) / 8.0));
  CHECK(kept(Recompute::kSelective, 8, true) == doctest::Approx(34 / 8.0));
  CHECK(kept(Recompute::kFull, 8, true) == doctest::Approx(2 / 8.0));
}

TEST_CASE("GPT-3 on 64 chips holds its weights in 18 bytes each") {
  // TP8 PP8, DP1, as Korthikanti et al. ran it: 12 layers of 12 x 12288^2 = 1.812e9 weights and the
  // table, 51200 x 12288 = 0.629e9, over 8 ranks: 2.718e9 + 0.0786e9 = 2.797e9 weights a chip.
  // Activations: 3 groups a stage, 8 + 7/3 micro-batches in flight, 12 layers, 34 s h / 8 bytes:
  // 10.333 x 12 x 2048 x 12288 x 4.25 = 13.26 GB.
  const TrainingWork work = training_work(example::gpt3_175b(), 2048);
  const TrainingJob job{.sequence = 2048, .global_batch = 64};
  const TrainingLayout layout{.parallel = {.tensor = 8, .pipeline = 8},
                              .virtual_stages = 3,
                              .recompute = Recompute::kSelective};
  const TrainingMemory memory = training_memory(work, job, layout, kDropout, unfused(0.0_B));
  CHECK(memory.weights.in(1.0_GB) == doctest::Approx(2 * 2.797).epsilon(0.001));
  CHECK(memory.gradients.in(1.0_GB) == doctest::Approx(4 * 2.797).epsilon(0.001));
  CHECK(memory.optimizer.in(1.0_GB) == doctest::Approx(12 * 2.797).epsilon(0.001));
  CHECK(memory.activations.in(1.0_GB) == doctest::Approx(13.26).epsilon(0.001));
}

TEST_CASE("each stage of ZeRO divides one more kind of state") {
  // One layer's model: no pipeline, 16 ranks.
  const TrainingWork work = training_work(example::gpt3_175b(), 2048);
  const TrainingJob job{.sequence = 2048, .global_batch = 64};
  const auto memory = [&](Sharding sharding) {
    const TrainingLayout layout{.parallel = {.tensor = 8, .data = 16}, .sharding = sharding};
    return training_memory(work, job, layout, kDropout, unfused(0.0_B));
  };
  const TrainingMemory whole = memory(Sharding::kNone);
  CHECK(memory(Sharding::kZero1).optimizer / whole.optimizer == doctest::Approx(1.0 / 16));
  CHECK(memory(Sharding::kZero1).gradients == whole.gradients);
  CHECK(memory(Sharding::kZero2).gradients / whole.gradients == doctest::Approx(1.0 / 16));
  CHECK(memory(Sharding::kZero2).weights == whole.weights);
  CHECK(memory(Sharding::kZero3).weights / whole.weights == doctest::Approx(1.0 / 16));
}

TEST_CASE("hybrid sharding divides by the ranks that shard") {
  const TrainingWork work = training_work(example::gpt3_175b(), 2048);
  const TrainingJob job{.sequence = 2048, .global_batch = 64};
  const auto memory = [&](int shard_ranks) {
    const TrainingLayout layout{.parallel = {.tensor = 8, .data = 16},
                                .sharding = Sharding::kZero3,
                                .shard_ranks = shard_ranks};
    return training_memory(work, job, layout, {}, {});
  };
  CHECK(memory(16).weights == memory(0).weights);
  CHECK(memory(4).weights / memory(0).weights == doctest::Approx(4.0));
  CHECK(memory(4).optimizer / memory(0).optimizer == doctest::Approx(4.0));
  CHECK(memory(4).gathered == memory(0).gathered);
}

TEST_CASE("Adam in fewer bits keeps and moves less") {
  // 32-bit: 4 + 4 + 4; 16-bit: 4 + 2 + 2, as DeepSeek-V3's; 8-bit: 4 + 1 + 1 and two scales.
  CHECK(parameter_bytes(OptimizerStates::kAdamFp32).optimizer == ParameterBytes{}.optimizer);
  CHECK(parameter_bytes(OptimizerStates::kAdamFp32).optimizer_traffic ==
        ParameterBytes{}.optimizer_traffic);
  CHECK(parameter_bytes(OptimizerStates::kAdamBf16).optimizer == 8.0_B);
  CHECK(parameter_bytes(OptimizerStates::kAdamBf16).optimizer_traffic == 22.0_B);
  CHECK(parameter_bytes(OptimizerStates::kAdam8Bit).optimizer.in(1.0_B) ==
        doctest::Approx(6.0).epsilon(0.001));
}

TEST_CASE("experts are divided by the ranks they are dealt to") {
  // 48 layers of 128 experts of 3 x 2048 x 768 = 4.719e6 weights: 28.99e9; an eighth in 2 bytes is
  // 7.25 GB. Attention 48 x 18.87e6 = 0.906e9 with the router 48 x 0.262e6 = 0.0126e9 and two
  // tables 0.622e9, all whole: 1.541e9 in 2 bytes is 3.08 GB.
  const TrainingWork work = training_work(example::qwen3_30b(), 4096);
  const TrainingJob job{.sequence = 4096, .global_batch = 64};
  const TrainingLayout layout{.parallel = {.data = 8, .expert = 8}};
  const TrainingMemory memory = training_memory(work, job, layout, {}, {});
  CHECK(memory.weights.in(1.0_GB) == doctest::Approx(7.25 + 3.08).epsilon(0.002));
}

TEST_CASE("more recompute and more sharding never need more memory") {
  const TrainingWork work = training_work(example::gpt3_175b(), 2048);
  const TrainingJob job{.sequence = 2048, .global_batch = 4096};
  CHECK(rc::check([&] {
    TrainingLayout layout = random_layout();
    StackMemory stack = unfused(1.0_GB);
    stack.fused_attention = *rc::gen::arbitrary<bool>();
    const auto total = [&](Recompute recompute, Sharding sharding) {
      layout.recompute = recompute;
      layout.sharding = sharding;
      return training_memory(work, job, layout, kDropout, stack).total();
    };
    const Sharding sharding = layout.sharding;
    const Bytes none = total(Recompute::kNone, sharding);
    const Bytes selective = total(Recompute::kSelective, sharding);
    const Bytes full = total(Recompute::kFull, sharding);
    RC_ASSERT(selective <= none);
    RC_ASSERT(full <= selective);
    RC_ASSERT(total(Recompute::kFull, Sharding::kZero1) <=
              total(Recompute::kFull, Sharding::kNone));
    RC_ASSERT(total(Recompute::kFull, Sharding::kZero2) <=
              total(Recompute::kFull, Sharding::kZero1));
  }));
}

TEST_CASE("the fullest of all ranks is the answer, and their layers are the model's") {
  const TrainingWork work = training_work(example::llama_405b(), 8192);
  CHECK(rc::check([&] {
    TrainingLayout layout = random_layout();
    layout.parallel.pipeline = *rc::gen::inRange(1, 33);
    layout.schedule = *rc::gen::element(Schedule::k1F1B, Schedule::kZeroBubble);
    if (layout.schedule == Schedule::k1F1B) layout.virtual_stages = *rc::gen::inRange(1, 4);
    if (layout.parallel.pipeline % 2 == 0 && *rc::gen::arbitrary<bool>()) {
      layout.virtual_stages = 1;
      layout.schedule = Schedule::kDualPipe;
    }
    layout.sharding = Sharding::kNone;
    const TrainingJob job{.sequence = 8192, .global_batch = 64 * 8 * 128};
    Bytes fullest;
    Bytes weights;
    for (const TrainingMemory& memory : training_memory_by_rank(work, job, layout, {}, {})) {
      fullest = std::max(fullest, memory.total());
      weights += memory.weights;
    }
    RC_ASSERT(training_memory(work, job, layout, {}, {}).total() == fullest);
    const HeldParameters all = work.layers * held_of_layer(work, layout.parallel);
    const HeldParameters table = held_of_table(work, layout.parallel);
    const double copies = stages_held(layout.schedule);
    const double expected = copies * 2.0 * (all.total() + 2.0 * table.total());
    RC_ASSERT(std::abs(weights.in(1.0_B) - expected) < 1e-9 * expected);
  }));
}

TEST_CASE("a shortage names its largest part") {
  const TrainingDoesNotFit shortage{.memory = {.weights = 20.0_GB, .activations = 73.14_GB},
                                    .available = 79.6_GB};
  CHECK(describe(shortage) == "needs 93.1 GB of 79.6 GB; the largest part is activations, 73.1 GB");
  CHECK(shortage.missing().in(1.0_GB) == doctest::Approx(13.54));
}

}  // namespace offtake::perf
