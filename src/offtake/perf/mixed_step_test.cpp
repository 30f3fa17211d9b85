#include "offtake/perf/mixed_step.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/operation_table.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

namespace {

constexpr double kRounding = 1e-12;

/// A stack that fuses all prompts with decodes and has a fixed time of every kind.
hardware::System fusing_system() {
  hardware::System system = example::eight_chips();
  system.serving.prefill_fused.value = 1.0;
  system.serving.fixed.step.value = 300.0_us;
  system.serving.fixed.sequence.value = 5.0_us;
  system.serving.fixed.layer.value = 1.0_us;
  return system;
}

ShardedModel fusing_llama(const ServingLayout& layout, const ServingAssumptions& assumptions = {}) {
  return *shard(example::llama_70b(), fusing_system(), layout, assumptions);
}

ShardedModel any_model() {
  hardware::System system = fusing_system();
  system.serving.prefill_fused.value = *rc::gen::inRange(0, 11) / 10.0;
  system.serving.fixed.launch.value = *rc::gen::element(0.0, 5.0, 50.0) * 1.0_us;
  const int pipeline = *rc::gen::element(1, 2, 4);
  ServingAssumptions assumptions{.chunk_tokens =
                                     static_cast<double>(*rc::gen::element(256, 512, 8192))};
  assumptions.speculation.draft_tokens = *rc::gen::element(0, 2);
  if (*rc::gen::arbitrary<bool>()) {
    return *shard(example::llama_70b(), system, {.tensor = 4, .pipeline = pipeline}, assumptions);
  }
  return *shard(example::deepseek_v3(), system,
                {.tensor = 2, .attention_data = 4, .pipeline = pipeline, .expert = 8}, assumptions);
}

std::vector<PromptChunk> any_prompts() {
  std::vector<PromptChunk> prompts(*rc::gen::inRange(1u, 6u));
  for (PromptChunk& chunk : prompts) {
    chunk = {.computed = static_cast<double>(*rc::gen::inRange(1, 2000)),
             .cached = static_cast<double>(*rc::gen::inRange(0, 20000)),
             .last = *rc::gen::arbitrary<bool>()};
  }
  return prompts;
}

}  // namespace

TEST_CASE("by hand: 512 tokens of a prompt beside 64 sequences of a 70B model on eight chips") {
  // Products of 576 tokens: 2 x 68.45e9 x 576 / 8 FLOP over 989 x 0.6 TFLOP/s = 16.61 ms and
  // 136.9 GB / 8 over 3.35 x 0.8 TB/s = 6.385 ms, as a root of squares 17.80 ms.
  // The prompt's attention: 80 x 4 x 64 x 128 x (1,024 x 512 + 512^2 / 2) / 8 = 0.2147 TFLOP over
  // 989 x 0.5 TFLOP/s = 434.3 us, and 1,536 x 327,680 B / 8 over 2.68 TB/s = 23.5 us: 434.9 us.
  // The decodes': 64 x 1,000 x 327,680 B / 8 over 3.35 x 0.7 TB/s = 1,117.9 us, and 42.4 us of
  // FLOP: 1,118.7 us. Logits of 65 tokens: 98.0 us of bytes and 28.8 us of FLOP: 102.2 us.
  // 160 all-reduces of 9.437 MB: 2 x (5 us + 7/8 x 9.437 MB / 315 GB/s) = 62.43 us each.
  // Activations: 576 x 15.65 us. Fixed: 300 us, 80 x 1 us, 64 x 5 us x 80 / 60.
  const ShardedModel model = fusing_llama({.tensor = 8});
  const StepCost cost =
      mixed_step_cost(model, std::vector<PromptChunk>{{.computed = 512, .cached = 1024}}, 64, 1000);
  CHECK((cost.projections + cost.feed_forward).in(1.0_ms) == doctest::Approx(17.80).epsilon(0.001));
  CHECK(cost.attention.in(1.0_us) == doctest::Approx(434.9 + 1118.7).epsilon(0.001));
  CHECK(cost.logits.in(1.0_us) == doctest::Approx(102.2).epsilon(0.001));
  CHECK(cost.collectives.in(1.0_ms) == doctest::Approx(160 * 62.43e-3).epsilon(0.001));
  CHECK(cost.activations.in(1.0_ms) == doctest::Approx(576 * 15.65e-3).epsilon(0.001));
  CHECK(cost.fixed.in(1.0_us) == doctest::Approx(300 + 80 + 426.67).epsilon(0.001));
}

TEST_CASE("a prompt that goes on samples no token") {
  const ShardedModel model = fusing_llama({.tensor = 8});
  const std::vector<PromptChunk> goes_on{{.computed = 512, .last = false}};
  CHECK(mixed_step_cost(model, goes_on, 0, 0).logits == 0.0_s);
  CHECK(mixed_step_cost(model, goes_on, 64, 1000).logits == decode_cost(model, 64, 1000).logits);
}

TEST_CASE("prompts of four ranks take the time of the fullest") {
  // 600 tokens over four ranks are 150 each, but one prompt of 300 lies on one rank.
  const ServingLayout layout{.tensor = 2, .attention_data = 4, .expert = 8};
  const ShardedModel model = *shard(example::deepseek_v3(), fusing_system(), layout);
  const std::vector<PromptChunk> uneven{{.computed = 300}, {.computed = 200}, {.computed = 100}};
  const std::vector<PromptChunk> even(4, {.computed = 300});
  const StepCost cost = mixed_step_cost(model, uneven, 0, 0);
  CHECK(cost.projections == mixed_step_cost(model, even, 0, 0).projections);
  // The stage's experts compute the 600 that there are.
  StepCost expected;
  add_linear_costs(model, {.of_rank = 300, .of_stage = 600, .sampled = 1}, expected);
  CHECK(cost.experts == expected.experts);
}

TEST_CASE("a round through four stages takes what its heaviest micro-batch does") {
  // 4,096 tokens in chunks of 1,024: four micro-batches, and each stage waits 1 / 0.85 - 1.
  const ServingAssumptions assumptions{.chunk_tokens = 1024};
  const ShardedModel model = fusing_llama({.pipeline = 4}, assumptions);
  const std::vector<PromptChunk> full(8, {.computed = 512});
  const std::vector<PromptChunk> chunk(2, {.computed = 512});
  const StepCost round = mixed_step_cost(model, full, 0, 0);
  const StepCost one = mixed_step_cost(model, chunk, 0, 0);
  CHECK(round.busy() / one.busy() == doctest::Approx(1.0));
  CHECK((round.pipeline - one.pipeline) / round.busy() == doctest::Approx(1.0 / 0.85 - 1.0));
  CHECK(prompt_tokens_per_step(model) == 4096);
  // Beyond the budget nothing is lost: twice as many tokens, twice the products.
  const std::vector<PromptChunk> twice(16, {.computed = 512});
  CHECK(mixed_step_cost(model, twice, 0, 0).activations / round.activations == doctest::Approx(2));
}

TEST_CASE("a compiled prompt is filled up in its last chunk") {
  const ShardedModel padded = fusing_llama({.tensor = 8}, {.prompt_compiled = 2048});
  const auto products = [&](const PromptChunk& chunk) {
    return mixed_step_cost(padded, std::vector{chunk}, 0, 0).activations.in(15.65_us);
  };
  CHECK(products({.computed = 500}) == doctest::Approx(2048).epsilon(0.001));
  CHECK(products({.computed = 1500, .last = false}) == doctest::Approx(1500).epsilon(0.001));
  CHECK(products({.computed = 300, .cached = 1500}) == doctest::Approx(548).epsilon(0.001));
  CHECK(products({.computed = 300, .cached = 3000}) == doctest::Approx(300).epsilon(0.001));
}

TEST_CASE("where attention is measured, equal prompts take the time of a batch of them") {
  // Of Llama 70B over eight ranks: 8 query heads and one key head a rank, 80 layers, and 2 us of
  // each measured time are in the layer's fixed costs.
  hardware::System system = fusing_system();
  system.serving.fixed.op.value = 2.0_us;
  const MeasuredOperations measured{
      .prefill_attention = {{hardware::NumericFormat::kBf16,
                             {.batch = 2, .tokens = 1024, .heads = 8, .kv_heads = 1},
                             50.0_us}}};
  ServingAssumptions assumptions;
  assumptions.operations = std::make_shared<const OperationTable>(measured, system.chip);
  const auto model = shard(example::llama_70b(), system, {.tensor = 8}, assumptions);
  const std::vector<PromptChunk> prompts(2, {.computed = 1024});
  CHECK(mixed_step_cost(*model, prompts, 0, 0).attention.in(1.0_us) == doctest::Approx(80 * 48));
}

TEST_CASE("law: without prompts it is a decode step, without decodes a prefill") {
  CHECK(rc::check([] {
    const ShardedModel model = any_model();
    const double sequences = *rc::gen::inRange(1, 500);
    const double context = *rc::gen::inRange(1, 20000);
    RC_ASSERT(mixed_step_cost(model, {}, sequences, context).total() ==
              decode_cost(model, sequences, context).total());
    const double chunk = model.assumptions.chunk_tokens;
    const PromptChunk prompt{.computed = std::min<double>(chunk, *rc::gen::inRange(1, 9000)),
                             .cached = context};
    RC_ASSERT(mixed_step_cost(model, std::vector{prompt}, 0, 0).total() ==
              prefill_cost(model, prompt.computed, prompt.cached, 1).total());
    // As many equal prompts on each rank as fit into its budget.
    const int of_rank = *rc::gen::inRange(1, 5);
    const double tokens = *rc::gen::inRange(1, 64);
    const std::vector<PromptChunk> equal(
        static_cast<std::size_t>(of_rank * model.layout.attention_data),
        {.computed = tokens, .cached = context});
    const Seconds expected = prefill_cost_of_prompts(model, of_rank, tokens, context).total();
    const Seconds found = mixed_step_cost(model, equal, 0, 0).total();
    RC_ASSERT(abs(found - expected) <= kRounding * expected);
  }));
}

TEST_CASE("law: a full round of prompts costs each its share") {
  // Without what the share leaves out: the cache's reading; what is fixed; and sends between
  // stages, which the share stretches and a step does not.
  CHECK(rc::check([] {
    hardware::System system = example::eight_chips();
    system.scale_up.latency.value = 0.0_us;
    system.scale_up.bandwidth.value = 1e6 * 1.0_GB_per_s;
    const int stages = *rc::gen::element(1, 2, 4);
    const int ranks = *rc::gen::element(1, 4);
    const auto model =
        shard(example::deepseek_v3(), system, {.attention_data = ranks, .pipeline = stages});
    const double tokens = *rc::gen::element(512, 1024, 4096);
    const std::vector<PromptChunk> prompts(
        static_cast<std::size_t>(prompt_tokens_per_step(*model) / tokens), {.computed = tokens});
    const Seconds each =
        mixed_step_cost(*model, prompts, 0, 0).total() / static_cast<double>(prompts.size());
    RC_ASSERT(std::abs(each / prefill_share(*model, tokens, tokens) - 1.0) < 0.01);
  }));
}

TEST_CASE("law: a mixed step takes longer than either part, and no longer than both") {
  CHECK(rc::check([] {
    const ShardedModel model = any_model();
    const std::vector<PromptChunk> prompts = any_prompts();
    const double sequences = *rc::gen::inRange(1, 500);
    const double context = *rc::gen::inRange(1, 20000);
    const Seconds decode = decode_cost(model, sequences, context).total();
    const Seconds prefill = mixed_step_cost(model, prompts, 0, 0).total();
    const Seconds mixed = mixed_step_cost(model, prompts, sequences, context).total();
    RC_ASSERT(mixed >= std::max(decode, prefill) * (1.0 - kRounding));
    // With stages, prompts that pass in one micro-batch wait for those of the decodes.
    const double wait = 1.0 / (model.layout.pipeline > 1 ? model.assumptions.pipeline_fill : 1.0);
    RC_ASSERT(mixed <= (decode + wait * prefill) * (1.0 + kRounding));
  }));
}

TEST_CASE("law: more tokens, sequences or context never take less time; order does not matter") {
  CHECK(rc::check([] {
    const ShardedModel model = any_model();
    std::vector<PromptChunk> prompts = any_prompts();
    const double sequences = *rc::gen::inRange(1, 500);
    const double context = *rc::gen::inRange(1, 20000);
    const auto time = [&](double more_sequences, double more_context) {
      return mixed_step_cost(model, prompts, sequences + more_sequences, context + more_context)
          .total();
    };
    const Seconds before = time(0, 0);
    const double least = 1.0 - kRounding;
    RC_ASSERT(time(1, 0) >= before * least);
    RC_ASSERT(time(0, 100) >= before * least);
    std::ranges::reverse(prompts);
    RC_ASSERT(abs(time(0, 0) - before) <= kRounding * before);
    // In a round of several micro-batches the mean attention of a token may fall with one more.
    if (model.layout.pipeline > 1) return;
    prompts.front().computed += 1;
    RC_ASSERT(time(0, 0) >= before * least);
  }));
}

TEST_CASE("law: the fused share goes in proportion from two steps to one") {
  CHECK(rc::check([] {
    ShardedModel model = any_model();
    const std::vector<PromptChunk> prompts = any_prompts();
    const double share = model.prefill_fused;
    const auto time = [&](double fused) {
      model.prefill_fused = fused;
      return mixed_step_cost(model, prompts, 64, 1000).total();
    };
    const Seconds apart =
        mixed_step_cost(model, prompts, 0, 0).total() + decode_cost(model, 64, 1000).total();
    RC_ASSERT(abs(time(0.0) - apart) <= kRounding * apart);
    RC_ASSERT(abs(time(share) - (share * time(1.0) + (1.0 - share) * apart)) <= kRounding * apart);
  }));
}

TEST_CASE("published: three decodes ride on a prefill of LLaMA-13B on an A6000 for little") {
  // Agrawal et al., "SARATHI", arXiv 2308.16369, 2023, table 2, one iteration: 1,024 prompt tokens
  // 234.8 ms (linear 224.8), four decodes at a context of 1,024 49.96 ms, and 1,021 prompt tokens
  // with three decodes 238.4 ms. The chip is the data sheet's: 154.8 TFLOP/s, 768 GB/s; shares of
  // 75% and 80% as usual of such a chip, for the paper's ratios do not hang on them.
  hardware::System system = example::eight_chips();
  system.chip.compute_peak.set(hardware::NumericFormat::kBf16, {.value = 154.8_TFLOP_per_s});
  system.chip.hbm_bandwidth.value = 0.768_TB_per_s;
  system.serving.sustained.gemm.set(hardware::NumericFormat::kBf16, {.value = 0.75});
  system.serving.prefill_fused.value = 1.0;
  const model::ModelArchitecture llama{
      .id = "llama-13b",
      .name = "LLaMA 13B",
      .hidden = 5120,
      .vocabulary = 32000,
      .groups = {{.layers = 40,
                  .attention = model::GroupedQueryAttention{.heads = 40, .kv_heads = 40},
                  .feed_forward = model::DenseFeedForward{.width = 13824}}}};
  const auto model = shard(llama, system, {});
  const auto prefill = [&](double tokens, double sequences) {
    return mixed_step_cost(*model, std::vector<PromptChunk>{{.computed = tokens}}, sequences, 1024)
        .total();
  };
  CHECK(prefill(1024, 0).in(1.0_ms) == doctest::Approx(234.8).epsilon(0.15));
  CHECK(decode_cost(*model, 4, 1024).total().in(1.0_ms) == doctest::Approx(49.96).epsilon(0.15));
  CHECK(prefill(1021, 3) / prefill(1024, 0) == doctest::Approx(238.4 / 234.8).epsilon(0.02));
  // What one of the three adds, 1.2 ms, against 12.49 ms of one of the four alone.
  const Seconds added = (prefill(1021, 3) - prefill(1021, 0)) / 3.0;
  CHECK(added < 0.2 * decode_cost(*model, 4, 1024).total() / 4.0);
}

}  // namespace offtake::perf
