#include "offtake/perf/disaggregation.hpp"

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
constexpr KvTransfer kTransfer{.bandwidth = 50.0_GB_per_s, .handshake = 10.0_ms};

ShardedModel llama(int tensor, double bunching = 0.0) {
  return *shard(example::llama_70b(), example::eight_chips(), {.tensor = tensor},
                {.prefill_bunching = bunching});
}

Pools pools(int prefill_workers, int decode_workers, double capacity = 1000,
            double bunching = 0.0) {
  return {.prefill = {.model = llama(4, bunching), .workers = prefill_workers},
          .decode = {.model = llama(8), .workers = decode_workers},
          .decode_capacity = capacity,
          .transfer = kTransfer};
}

}  // namespace

TEST_CASE("a prompt's cache leaves four chips by a quarter each") {
  // 2,000 tokens x 327,680 B = 655.36 MB; a quarter, 163.84 MB, at 50 GB/s takes 3.277 ms.
  const Seconds time = kv_transfer_time(llama(4), llama(8), 2000, kTransfer);
  CHECK(time.in(1.0_ms) == doctest::Approx(13.277).epsilon(0.0001));
  // One that is gathered on a single chip takes four times as long, whoever sends.
  CHECK(kv_transfer_time(llama(4), llama(1), 2000, kTransfer).in(1.0_ms) ==
        doctest::Approx(10 + 13.107).epsilon(0.0001));
}

TEST_CASE("pools within a scale-up domain use its network") {
  // 450 GB/s x 0.7 inside eight chips, 50 GB/s x 0.7 beyond.
  CHECK(kv_transfer(llama(4), 8).bandwidth.in(1.0_GB_per_s) == doctest::Approx(315));
  CHECK(kv_transfer(llama(4), 9).bandwidth.in(1.0_GB_per_s) == doctest::Approx(35));
}

TEST_CASE("one request alone: prefill, transfer, then a token a step that no prefill stops") {
  const DisaggregatedState state = disaggregated_state(pools(1, 1), kRequest, 1);
  const Seconds prefill = prefill_cost(llama(4), 2000, 0, 1).total();
  const Seconds step = decode_cost(llama(8), 1, kRequest.context_mean()).total();
  const Seconds ttft = prefill + 13.27680_ms + step / 2.0;
  CHECK(state.ttft_mean.in(1.0_ms) == doctest::Approx(ttft.in(1.0_ms)).epsilon(1e-6));
  CHECK(state.ttft_p50.in(1.0_ms) == doctest::Approx(ttft.in(1.0_ms)).epsilon(1e-6));
  CHECK(state.tpot_p99 == state.tpot_p50);
  CHECK(state.tpot_p50 == step);
  CHECK(state.output_rate.in(1.0_tok_per_s) ==
        doctest::Approx(501 / (ttft + 500.0 * step).in(1.0_s)).epsilon(1e-6));
  CHECK(state.chips == 12);
  CHECK(state.bound == PoolBound::kConcurrency);
}

TEST_CASE("many requests: the prefill pool ends one each share of its workers") {
  // X = P / tb, and what does not decode waits for a prefill.
  const DisaggregatedState state = disaggregated_state(pools(2, 4, 10000), kRequest, 5000);
  const Seconds share = prefill_share(llama(4), 2000, 2000);
  CHECK(state.output_rate.in(1.0_tok_per_s) ==
        doctest::Approx(2 * 501 / share.in(1.0_s)).epsilon(0.001));
  CHECK(state.bound == PoolBound::kPrefill);
  const double in_decode = 4 * state.decoding;
  CHECK(state.ttft_mean.in(1.0_s) ==
        doctest::Approx((5000 - in_decode) * share.in(1.0_s) / 2).epsilon(0.001));
}

TEST_CASE("a full cache of the decode pool holds requests back") {
  const DisaggregatedState state = disaggregated_state(pools(8, 1, 20), kRequest, 200);
  CHECK(state.decoding == 20.0);
  CHECK(state.bound == PoolBound::kDecode);
  const Seconds step = decode_cost(llama(8), 20, kRequest.context_mean()).total();
  CHECK(state.output_rate.in(1.0_tok_per_s) ==
        doctest::Approx(20 * 501 / (500.0 * step).in(1.0_s)));
}

TEST_CASE("requests that begin together wait for a share of one another") {
  // 0.1 x 20 others x a prompt's share of two workers; at this load random prompts would not wait
  // so long.
  const DisaggregatedState random = disaggregated_state(pools(2, 4, 1000), kRequest, 21);
  const DisaggregatedState bunched = disaggregated_state(pools(2, 4, 1000, 0.1), kRequest, 21);
  const Seconds wait = 0.1 * 20 / 2 * prefill_share(llama(4), 2000, 2000);
  const Seconds step = bunched.decode.total() / 2.0;
  CHECK(bunched.ttft_mean.in(1.0_ms) ==
        doctest::Approx((bunched.prefill_alone + bunched.transfer + step + wait).in(1.0_ms)));
  CHECK(bunched.ttft_mean > random.ttft_mean);
}

TEST_CASE("the fullest of four workers decodes more than the mean") {
  // n sequences fall on each with a variance of n (1 - 1 / 4).
  const DisaggregatedState state = disaggregated_state(pools(8, 4), kRequest, 280);
  const double fullest = state.decoding + 2.3263 * std::sqrt(state.decoding * 0.75);
  CHECK(
      state.tpot_p99.in(1.0_ms) ==
      doctest::Approx(decode_cost(llama(8), fullest, kRequest.context_mean()).total().in(1.0_ms)));
}

TEST_CASE("the concurrency of a number of decoding sequences gives them back") {
  CHECK(rc::check([] {
    const Pools some = pools(*rc::gen::inRange(1, 6), *rc::gen::inRange(1, 6));
    const double sequences = *rc::gen::inRange(1, 500);
    const auto state = disaggregated_state_of(some, kRequest, sequences);
    RC_PRE(state.has_value() && state->concurrency >= 1.0);
    const DisaggregatedState loop = disaggregated_state(some, kRequest, state->concurrency);
    // In a loop a prompt waits for no more than the others, so no fewer decode.
    RC_ASSERT(loop.decoding >= sequences * (1.0 - 1e-9));
    RC_ASSERT(loop.ttft_mean <= state->ttft_mean * (1.0 + 1e-9));
    RC_ASSERT(loop.decoding <= sequences * 1.1);
  }));
}

TEST_CASE("more sequences than the prefill pool feeds have no state") {
  CHECK(!disaggregated_state_of(pools(1, 8), kRequest, 500).has_value());
}

TEST_CASE("laws of two pools") {
  CHECK(rc::check([] {
    const RequestShape request{.input = static_cast<double>(*rc::gen::inRange(1, 8000)),
                               .output = static_cast<double>(*rc::gen::inRange(2, 1000))};
    const double concurrency = *rc::gen::inRange(1, 600);
    Pools some = pools(*rc::gen::inRange(1, 6), *rc::gen::inRange(1, 6), *rc::gen::inRange(1, 200),
                       *rc::gen::inRange(0, 50) / 100.0);
    const DisaggregatedState state = disaggregated_state(some, request, concurrency);
    // Little's law over both pools.
    const double inside = state.output_rate / (request.output * 1.0_tok) *
                          (state.ttft_mean + (request.output - 1.0) * state.tpot_mean);
    RC_ASSERT(std::abs(inside / concurrency - 1.0) < 1e-9);
    RC_ASSERT(state.prefill_load < 1.0);
    RC_ASSERT(state.decoding <= some.decode_capacity);
    RC_ASSERT(state.ttft_p99 >= state.ttft_p50);
    RC_ASSERT(state.tpot_p99 >= state.tpot_p50);
    RC_ASSERT(0.0 < state.busy && state.busy <= 1.0);
    // More prefill workers never raise the time to first token, nor lower the rate.
    ++some.prefill.workers;
    const DisaggregatedState more = disaggregated_state(some, request, concurrency);
    RC_ASSERT(more.ttft_mean <= state.ttft_mean * (1.0 + 1e-9));
    RC_ASSERT(more.output_rate >= state.output_rate * (1.0 - 1e-9));
    // A faster network is never slower.
    some.transfer.bandwidth *= 2.0;
    const DisaggregatedState faster = disaggregated_state(some, request, concurrency);
    RC_ASSERT(faster.ttft_mean <= more.ttft_mean * (1.0 + 1e-9));
    RC_ASSERT(faster.output_rate >= more.output_rate * (1.0 - 1e-9));
    // More requests never lower the rate.
    const DisaggregatedState crowded = disaggregated_state(some, request, concurrency + 10);
    RC_ASSERT(crowded.output_rate >= faster.output_rate * (1.0 - 1e-9));
  }));
}

}  // namespace offtake::perf
