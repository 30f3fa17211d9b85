#include "offtake/study/perf_step_timer.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;
using serve::PromptPart;
namespace example = perf::example;

namespace {

constexpr double kBound = 1e-3;  ///< Relative, of the tables.

perf::ShardedModel any_model() {
  hardware::System system = example::eight_chips();
  system.serving.prefill_fused.value = *rc::gen::element(0.0, 0.7, 1.0);
  system.serving.fixed.launch.value = *rc::gen::element(0.0, 5.0, 50.0) * 1.0_us;
  system.serving.fixed.step.value = 300.0_us;
  system.serving.fixed.sequence.value = 5.0_us;
  const int pipeline = *rc::gen::element(1, 2, 4);
  perf::ServingAssumptions assumptions{
      .chunk_tokens = static_cast<double>(*rc::gen::element(256, 512, 8192)),
      .batch_compiled = static_cast<double>(*rc::gen::element(0, 16)),
      .prompt_compiled = static_cast<double>(*rc::gen::element(0, 300))};
  assumptions.speculation.draft_tokens = *rc::gen::element(0, 2);
  if (*rc::gen::arbitrary<bool>()) {
    return *shard(example::llama_70b(), system, {.tensor = 4, .pipeline = pipeline}, assumptions);
  }
  return *shard(example::deepseek_v3(), system,
                {.tensor = 2, .attention_data = 4, .pipeline = pipeline, .expert = 8}, assumptions);
}

std::vector<PromptPart> any_prompts() {
  std::vector<PromptPart> prompts(*rc::gen::inRange(1u, 6u));
  for (PromptPart& part : prompts) {
    part = {.computed = *rc::gen::inRange(1, 2000),
            .cached = *rc::gen::inRange(0, 20000),
            .last = *rc::gen::arbitrary<bool>()};
  }
  return prompts;
}

std::vector<perf::PromptChunk> as_chunks(const std::vector<PromptPart>& prompts) {
  std::vector<perf::PromptChunk> chunks;
  for (const PromptPart& part : prompts) {
    chunks.push_back({.computed = static_cast<double>(part.computed),
                      .cached = static_cast<double>(part.cached),
                      .last = part.last});
  }
  return chunks;
}

double share(serve::Picoseconds found, Seconds expected) {
  return static_cast<double>(found) * 1e-12 / expected.base_units();
}

}  // namespace

TEST_CASE("by hand: a token of context of a 70B model on eight chips is 17.47 ns of one line") {
  // Cache: 163,840 x 2 B / 8 over 3.35 TB/s x 0.7 = 17.467 ns a token; its FLOP, 80 x 4 x 8,192 / 8
  // over 989 x 0.5 TFLOP/s, take 0.6627 ns beside: 17.480 ns as a root of squares.
  const auto model = perf::shard(example::llama_70b(), example::eight_chips(), {.tensor = 8});
  const PerfStepTimer timer(*model, 4);
  const serve::DecodeLine line = timer.decode_line(3, 1000);
  CHECK(line.per_token == doctest::Approx(17'480).epsilon(0.001));
  CHECK(line.context_end == INT64_MAX);
  CHECK(timer.sequences_max() == 4);
}

TEST_CASE("by hand: lines bend where a window is full") {
  model::ModelArchitecture windowed = example::llama_70b();
  windowed.groups[0].attention =
      model::GroupedQueryAttention{.heads = 64, .kv_heads = 8, .window = 1000};
  const auto model = perf::shard(windowed, example::eight_chips(), {.tensor = 8});
  constexpr int kSequences = 256;
  const PerfStepTimer timer(*model, kSequences);
  const auto per_token = [&](std::int64_t mean) {
    return static_cast<double>(timer.decode_line(kSequences, mean * kSequences).per_token);
  };
  // 1,000 is no step of the ladder of contexts; nothing is read beyond it.
  CHECK(per_token(10) == doctest::Approx(17'480).epsilon(0.02));
  CHECK(per_token(900) == doctest::Approx(17'480).epsilon(0.02));
  CHECK(per_token(1'100) < 200);
  CHECK(per_token(100'000) == 0);
}

TEST_CASE("law: steps are those of the model") {
  CHECK(rc::check([] {
    const perf::ShardedModel model = any_model();
    const int most = *rc::gen::inRange(1, 40);
    const PerfStepTimer timer(model, most);
    const int sequences = *rc::gen::inRange(1, most + 1);
    const std::int64_t context = sequences * *rc::gen::inRange(1, 20000);
    const double mean = static_cast<double>(context) / sequences;
    RC_ASSERT(std::abs(share(timer.decode_line(sequences, context).at(context),
                             perf::decode_cost(model, sequences, mean).total()) -
                       1.0) < kBound);
    for (int decoding : {0, sequences}) {
      const std::vector<PromptPart> prompts = any_prompts();
      const Seconds expected =
          perf::mixed_step_cost(model, as_chunks(prompts), decoding, mean).total();
      const serve::Picoseconds found = timer.mixed_step(prompts, decoding, context);
      RC_ASSERT(std::abs(share(found, expected) - 1.0) < kBound);
    }
  }));
}

TEST_CASE("law: time never falls as context, sequences or prompts grow, and repeats") {
  CHECK(rc::check([] {
    const perf::ShardedModel model = any_model();
    const PerfStepTimer timer(model, 40);
    const int sequences = *rc::gen::inRange(1, 40);
    const std::int64_t context = sequences * *rc::gen::inRange(1, 20000);
    std::vector<PromptPart> prompts = any_prompts();
    const serve::Picoseconds before = timer.mixed_step(prompts, sequences, context);
    RC_ASSERT(timer.mixed_step(prompts, sequences, context + 1) >= before);
    RC_ASSERT(timer.decode_line(sequences, context + 1).at(context + 1) >=
              timer.decode_line(sequences, context).at(context));
    RC_ASSERT(PerfStepTimer(model, 40).mixed_step(prompts, sequences, context) == before);
    // In a round of several micro-batches the mean attention of a token may fall with one more.
    if (model.layout.pipeline > 1) return;
    ++prompts.back().computed;
    RC_ASSERT(timer.mixed_step(prompts, sequences, context) >= before);
  }));
}

}  // namespace offtake::study
