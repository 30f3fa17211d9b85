#include "offtake/perf/open_loop.hpp"

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

constexpr RequestShape kRequest{.input = 2000, .output = 501};

ShardedModel eight_ranks() {
  return *shard(example::llama_70b(), example::eight_chips(), {.tensor = 8});
}

RequestRate rate_of(const SteadyState& state, const RequestShape& request) {
  return state.output_rate / (request.output * 1.0_tok);
}

}  // namespace

TEST_CASE("a request now and then finds the replica idle") {
  // One in 1,000 s: the prefill, half a step, and 500 steps of one sequence.
  const ShardedModel model = eight_ranks();
  const auto open = open_loop(model, kRequest, 0.001 / 1.0_s, 1000);
  REQUIRE(open.has_value());
  const Seconds step = decode_cost(model, 1, kRequest.context_mean()).total();
  const Seconds alone = prefill_cost(model, 2000, 0, 1).total() + step / 2.0;
  CHECK(open->ttft_mean.in(1.0_ms) == doctest::Approx(alone.in(1.0_ms)).epsilon(0.001));
  CHECK(open->tpot_p50.in(1.0_ms) == doctest::Approx(step.in(1.0_ms)));
  CHECK(open->concurrency == doctest::Approx(0.001 * (alone + 500.0 * step).in(1.0_s)));
}

TEST_CASE("the rate of a closed loop gives back its step, and the wait of random arrivals") {
  const ShardedModel model = eight_ranks();
  const SteadyState closed = steady_state(model, kRequest, 40, 1000);
  const RequestRate rate = rate_of(closed, kRequest);
  const auto open = open_loop(model, kRequest, rate, 1000);
  REQUIRE(open.has_value());
  CHECK(open->closed.concurrency == doctest::Approx(40).epsilon(0.001));
  CHECK(open->tpot_mean.in(1.0_ms) == doctest::Approx(closed.tpot_mean.in(1.0_ms)).epsilon(0.001));
  // Load r of the prefill: a mean wait of r q / (2 (1 - r)).
  const double load = rate * closed.prefill_share;
  const Seconds wait = closed.prefill_share * (load / (2 * (1 - load)));
  const Seconds alone = closed.prefill_alone + closed.decode.total() / 2.0;
  CHECK(open->ttft_mean.in(1.0_ms) == doctest::Approx((alone + wait).in(1.0_ms)).epsilon(0.001));
}

TEST_CASE("more than the replica can end is saturation, with the most that it can") {
  const ShardedModel model = eight_ranks();
  const RequestRate most = rate_of(steady_state(model, kRequest, 64, 64), kRequest);
  const auto over = open_loop(model, kRequest, 1.01 * most, 64);
  REQUIRE(!over.has_value());
  CHECK(over.error().rate_max.base_units() == doctest::Approx(most.base_units()));
  CHECK(open_loop(model, kRequest, 0.99 * most, 64).has_value());
}

TEST_CASE("laws of arrivals at a fixed rate") {
  CHECK(rc::check([] {
    const ShardedModel model = eight_ranks();
    const RequestShape request{.input = static_cast<double>(*rc::gen::inRange(1, 8000)),
                               .output = static_cast<double>(*rc::gen::inRange(2, 1000))};
    const double capacity = *rc::gen::inRange(2, 500);
    const RequestRate most = rate_of(steady_state(model, request, capacity, capacity), request);
    const RequestRate rate = *rc::gen::inRange(1, 98) / 100.0 * most;
    const auto open = open_loop(model, request, rate, capacity);
    const auto busier = open_loop(model, request, rate + 0.01 * most, capacity);
    RC_ASSERT(open.has_value() && busier.has_value());
    // More arrivals are never served sooner.
    RC_ASSERT(busier->ttft_mean >= open->ttft_mean * (1.0 - 1e-6));
    RC_ASSERT(busier->ttft_p99 >= open->ttft_p99 * (1.0 - 1e-6));
    RC_ASSERT(busier->tpot_mean >= open->tpot_mean * (1.0 - 1e-6));
    RC_ASSERT(open->ttft_p99 >= open->ttft_p50);
    // The closed loop ends as many requests as arrive, unless one after another is enough.
    const double ended = rate_of(open->closed, request) / rate;
    RC_ASSERT(std::abs(ended - 1.0) < 1e-3 || (ended > 1.0 && open->closed.concurrency == 1.0));
  }));
}

}  // namespace offtake::perf
