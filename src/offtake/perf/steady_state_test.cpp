#include "offtake/perf/steady_state.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/perf/decode.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

namespace {

ShardedModel eight_ranks() {
  return *shard(example::llama_70b(), example::eight_chips(), {.tensor = 8});
}

}  // namespace

TEST_CASE("one request alone: its prefill, then a token a step") {
  const ShardedModel model = eight_ranks();
  const RequestShape request{.input = 1000, .output = 101};
  const SteadyState state = steady_state(model, request, 1, 100);
  const Seconds prefill = prefill_cost(model, 1000, 0, 1).total();
  const Seconds step = decode_cost(model, 1, request.context_mean()).total();
  CHECK(state.ttft_p50.in(1.0_ms) == doctest::Approx((prefill + step / 2.0).in(1.0_ms)));
  CHECK(state.tpot_p50.in(1.0_ms) == doctest::Approx(step.in(1.0_ms)));
  CHECK(state.tpot_p99 == state.tpot_p50);
  // 101 tokens in prefill + step / 2 + 100 steps.
  CHECK(state.output_rate.in(1.0_tok_per_s) ==
        doctest::Approx(101 / (prefill + 100.5 * step).in(1.0_s)));
}

TEST_CASE("a crowded replica's rate nears the sum of prefill and decode work") {
  // X = 1 / (tb + (O - 1) Td(B) / B) requests a second.
  const ShardedModel model = eight_ranks();
  const RequestShape request{.input = 2000, .output = 500};
  const SteadyState state = steady_state(model, request, 1000, 1000);
  const Seconds work = state.prefill_share + 499.0 * state.decode.total() / state.decoding;
  CHECK(state.output_rate.in(1.0_tok_per_s) == doctest::Approx(500 / work.in(1.0_s)).epsilon(0.01));
}

TEST_CASE("a lone prompt takes a step of its own, unless it rides on a decode step") {
  // Two requests: while one is computed none arrives, so n is one and tb the prompt alone, or with
  // a fused share of three quarters a quarter of the way to it.
  hardware::System system = example::eight_chips();
  const RequestShape request{.input = 50, .output = 2000};
  const auto adds = [&](double fused) {
    system.serving.prefill_fused.value = fused;
    return steady_state(*shard(example::llama_70b(), system, {.tensor = 8}), request, 2, 100);
  };
  const SteadyState own = adds(0.0);
  const Seconds share = adds(1.0).prefill_share;
  CHECK(own.prefill_share / own.prefill_alone == doctest::Approx(1.0));
  CHECK(share < 0.5 * own.prefill_alone);
  CHECK(adds(0.75).prefill_share / (share + 0.25 * (own.prefill_alone - share)) ==
        doctest::Approx(1.0));
}

TEST_CASE("a prompt waits for its share of the prompts beside it, and for no more than all") {
  // Of sixteen others a quarter are four, each alone in its step; twice as many as all are all.
  const auto prompts_waited_for = [](double share) {
    hardware::System system = example::eight_chips();
    system.serving.prompt_queue.value = share;
    system.serving.prefill_fused.value = 1.0;
    const ShardedModel model = *shard(example::llama_70b(), system, {.tensor = 8});
    const SteadyState state =
        steady_state(model, RequestShape{.input = 1000, .output = 4000}, 17, 1000);
    return (state.ttft_p50 - state.prefill_alone - state.decode.total() / 2.0) /
           state.prefill_alone;
  };
  CHECK(prompts_waited_for(0.0) == doctest::Approx(0.0));
  CHECK(prompts_waited_for(0.25) == doctest::Approx(4.0));
  CHECK(prompts_waited_for(2.0) == doctest::Approx(16.0));
}

TEST_CASE("a benchmark's first wave is in the mean and not in the median") {
  hardware::System system = example::eight_chips();
  system.serving.fixed.first_wave.value = 70.0_ms;
  system.serving.wave_overlap.value = 0.4;
  const ShardedModel model = *shard(example::llama_70b(), system, {.tensor = 8});
  const RequestShape drawn{.input = 1000, .output = 500};
  RequestShape equal = drawn;
  equal.in_waves = true;
  const SteadyState apart = steady_state(model, drawn, 11, 1000);
  const SteadyState wave = steady_state(model, equal, 11, 1000);
  CHECK((apart.ttft_mean - apart.ttft_p50).in(1.0_ms) == doctest::Approx(70.0));
  // 0.4 of the ten others' shares of full steps.
  const Seconds share = prefill_share(model, 1000, 1000);
  CHECK((wave.ttft_mean - wave.ttft_p50 - 70.0_ms) / (4.0 * share) == doctest::Approx(1.0));
}

TEST_CASE("prompts wait for one another as at a server with one service time") {
  // With load r = X tb, the 99th percentile of the wait is tb ln(100 r) / (2 (1 - r)).
  const ShardedModel model = eight_ranks();
  const RequestShape request{.input = 2000, .output = 500};
  const SteadyState state = steady_state(model, request, 100, 1000);
  const double load = state.output_rate / (500.0 * 1.0_tok) * state.prefill_share;
  const Seconds wait = state.prefill_share * (std::log(100 * load) / (2 * (1 - load)));
  const Seconds alone = state.prefill_alone + state.decode.total();
  CHECK(state.ttft_p99.in(1.0_ms) == doctest::Approx((alone + wait).in(1.0_ms)));
}

TEST_CASE("requests beyond the cache wait and add nothing") {
  const ShardedModel model = eight_ranks();
  const RequestShape request;
  const SteadyState full = steady_state(model, request, 100, 100);
  const SteadyState over = steady_state(model, request, 150, 100);
  CHECK(over.output_rate.in(1.0_tok_per_s) == doctest::Approx(full.output_rate.in(1.0_tok_per_s)));
  // Little: 50 waiting at the rate of requests.
  const Seconds wait = 50.0 * 1024.0 * 1.0_tok / full.output_rate;
  CHECK((over.ttft_mean - full.ttft_mean).in(1.0_s) == doctest::Approx(wait.in(1.0_s)));
}

TEST_CASE("laws of the steady state") {
  CHECK(rc::check([] {
    hardware::System system = example::eight_chips();
    system.serving.prefill_overlap.value = *rc::gen::inRange(0, 50) / 100.0;
    const auto model = shard(example::llama_70b(), system, {.tensor = 8});
    const RequestShape request{.input = static_cast<double>(*rc::gen::inRange(1, 8000)),
                               .output = static_cast<double>(*rc::gen::inRange(2, 2000))};
    const double concurrency = *rc::gen::inRange(1, 500);
    const SteadyState state = steady_state(*model, request, concurrency, 1000);
    const SteadyState more = steady_state(*model, request, concurrency + 1, 1000);
    // More requests: no less output, no shorter steps.
    RC_ASSERT(more.output_rate >= state.output_rate * (1.0 - 1e-6));
    RC_ASSERT(more.tpot_mean >= state.tpot_mean * (1.0 - 1e-9));
    // Percentiles keep their order.
    RC_ASSERT(state.ttft_p99 >= state.ttft_p50);
    RC_ASSERT(state.tpot_p99 >= state.tpot_p50);
    // Little's law over decoding: sequences = requests a second x (output - 1) x TPOT.
    const double decoding =
        state.output_rate * state.tpot_mean / (1.0_tok) * (request.output - 1.0) / request.output;
    RC_ASSERT(std::abs(decoding / state.decoding - 1.0) < 0.01 || state.decoding <= 1.0);
    // Prefills alone never take more than all the time.
    RC_ASSERT(state.output_rate / (request.output * 1.0_tok) * state.prefill_share <= 1.0 + 1e-9);
    RC_ASSERT(0.0 < state.busy && state.busy <= 1.0);
  }));
}

}  // namespace offtake::perf
