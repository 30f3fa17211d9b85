#include "offtake/perf/speculation.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

namespace {

ShardedModel llama(const Speculation& speculation) {
  return *shard(example::llama_70b(), example::eight_chips(), {.tensor = 8},
                {.speculation = speculation});
}

}  // namespace

TEST_CASE("three drafts accepted at 0.8 yield 1 + 0.8 + 0.64 + 0.512 tokens a step") {
  const Speculation speculation{.draft_tokens = 3, .acceptance = 0.8};
  CHECK(tokens_per_step(speculation) == doctest::Approx(2.952));
  CHECK(tokens_per_step({}) == 1.0);
  CHECK(tokens_per_step({.draft_tokens = 4, .acceptance = 1.0}) == 5.0);
}

TEST_CASE("published: the speed of a step whose drafts are free") {
  // Leviathan et al., ICML 2023, Table 1: 1.96 at an acceptance of 0.6 and two drafts, 2.53 at 0.7
  // and three, 3.69 at 0.8 and five, 6.86 at 0.9 and ten.
  const auto tokens = [](double acceptance, int drafts) {
    return tokens_per_step({.draft_tokens = drafts, .acceptance = acceptance});
  };
  CHECK(tokens(0.6, 2) == doctest::Approx(1.96).epsilon(0.002));
  CHECK(tokens(0.7, 3) == doctest::Approx(2.53).epsilon(0.002));
  CHECK(tokens(0.8, 5) == doctest::Approx(3.69).epsilon(0.002));
  CHECK(tokens(0.9, 10) == doctest::Approx(6.86).epsilon(0.002));
}

TEST_CASE("one module of multi-token prediction yields the 1.85 tokens of its acceptance") {
  CHECK(tokens_per_step(multi_token_prediction(1)) == doctest::Approx(1.85));
}

TEST_CASE("an acceptance length gives back the acceptance") {
  CHECK(rc::check([] {
    const Speculation speculation{.draft_tokens = *rc::gen::inRange(1, 16),
                                  .acceptance = *rc::gen::inRange(0, 1001) / 1000.0};
    const double length = tokens_per_step(speculation);
    const double found = acceptance_of_length(length, speculation.draft_tokens);
    RC_ASSERT(std::abs(found - speculation.acceptance) < 1e-9);
  }));
}

TEST_CASE("a step that verifies three drafts of one sequence reads the weights and cache once") {
  // 4 tokens of 2 x 68.45e9 FLOP on 8 x 989 x 0.6 TFLOP/s are 0.1154 ms, and the weights of the
  // layers take 136.9 GB / (8 x 3.35 TB/s x 0.8) = 6.3853 ms: the root of squares is 6.3864 ms.
  const ShardedModel model = llama({.draft_tokens = 3, .acceptance = 0.8});
  const StepCost cost = decode_cost(model, 1, 1000);
  const StepCost plain = decode_cost(llama({}), 1, 1000);
  const Seconds layers = cost.projections + cost.feed_forward;
  CHECK(layers.in(1.0_ms) == doctest::Approx(6.3864).epsilon(0.001));
  // The cache's 17.46 us, beside four times 2.62 MFLOP a layer x 80 on 8 x 989 x 0.5 TFLOP/s.
  CHECK(cost.attention.in(1.0_us) == doctest::Approx(std::hypot(17.46, 2.65)).epsilon(0.01));
  CHECK(cost.attention < 1.02 * plain.attention);
  // Each draft: one of 80 layers, and the logits' 2.1 GB / 21.44 TB/s = 98.0 us.
  const Seconds draft = (plain.projections + plain.feed_forward + plain.attention +
                         plain.activations + plain.collectives) /
                            80.0 +
                        plain.logits;
  CHECK(plain.logits.in(1.0_us) == doctest::Approx(98.0).epsilon(0.001));
  CHECK(cost.draft.in(1.0_us) == doctest::Approx(3 * draft.in(1.0_us)));
}

TEST_CASE("a drafter of a tenth of a step, four times, adds four tenths of a plain step") {
  const ShardedModel model =
      llama({.draft_tokens = 4, .acceptance = 0.7, .drafter = DraftShare{.of_step = 0.1}});
  const Seconds plain = decode_cost(llama({}), 32, 2000).total();
  CHECK(decode_cost(model, 32, 2000).draft.in(1.0_ms) == doctest::Approx(0.4 * plain.in(1.0_ms)));
}

TEST_CASE("one request alone gets its tokens by the step") {
  const ShardedModel model = llama({.draft_tokens = 3, .acceptance = 0.8});
  const RequestShape request{.input = 1000, .output = 101};
  const SteadyState state = steady_state(model, request, 1, 100);
  CHECK(state.tpot_p50.in(1.0_ms) ==
        doctest::Approx(decode_cost(model, 1, 1050.5).total().in(1.0_ms) / 2.952));
}

TEST_CASE("a layer of the drafter takes a layer's memory") {
  const ShardedModel plain = llama({});
  const ShardedModel drafting = llama(multi_token_prediction(2));
  const double tables = 2 * plain.logits_weights.base_units();
  CHECK(weights_of_chip(drafting).base_units() - tables ==
        doctest::Approx(81.0 / 80 * (weights_of_chip(plain).base_units() - tables)));
  CHECK(kv_cache_per_sequence(drafting, 500) / kv_cache_per_sequence(plain, 500) ==
        doctest::Approx(81.0 / 80));
}

TEST_CASE("laws of speculation") {
  CHECK(rc::check([] {
    Speculation speculation{.draft_tokens = *rc::gen::inRange(1, 8),
                            .acceptance = *rc::gen::inRange(0, 90) / 100.0};
    const RequestShape request{.input = static_cast<double>(*rc::gen::inRange(1, 8000)),
                               .output = static_cast<double>(*rc::gen::inRange(2, 2000))};
    const double concurrency = *rc::gen::inRange(1, 300);
    const SteadyState state = steady_state(llama(speculation), request, concurrency, 1000);
    // Verifying drafts never makes a step shorter than one without.
    const Seconds plain = decode_cost(llama({}), state.decoding, request.context_mean()).total();
    RC_ASSERT(state.decode.total() > plain);
    // A larger acceptance is never slower.
    speculation.acceptance += 0.1;
    const SteadyState better = steady_state(llama(speculation), request, concurrency, 1000);
    RC_ASSERT(better.tpot_mean <= state.tpot_mean * (1.0 + 1e-6));
    RC_ASSERT(better.output_rate >= state.output_rate * (1.0 - 1e-6));
    // Nor does a step yield more than all of its tokens.
    RC_ASSERT(state.tpot_mean * (1.0 + speculation.draft_tokens) >=
              state.decode.total() * (1.0 - 1e-9));
  }));
}

}  // namespace offtake::perf
