#include "offtake/perf/static_batch.hpp"

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

ShardedModel llama(const ServingLayout& layout) {
  return *shard(example::llama_70b(), example::eight_chips(), layout);
}

}  // namespace

TEST_CASE("a batch of ten prompts of 2,048 tokens is prefilled four, four and two at a time") {
  // Chunks of 8,192 tokens: the linear work of four prompts is that of one chunk, 236.3 ms, and
  // 120.9 ms of all-reduces (worked in the test of prefill); attention is four times
  // 80 x 4 x 64 x 128 x 2,048^2 / 2 = 5.498e12 FLOP on 8 x 989 x 0.5 TFLOP/s = 1.390 ms each.
  const ShardedModel model = llama({.tensor = 8});
  const StepCost four = prefill_cost_of_prompts(model, 4, 2048, 0);
  CHECK((four.projections + four.feed_forward).in(1.0_ms) == doctest::Approx(236.3).epsilon(0.002));
  CHECK(four.collectives.in(1.0_ms) == doctest::Approx(120.9).epsilon(0.002));
  CHECK(four.attention.in(1.0_ms) == doctest::Approx(4 * 1.390).epsilon(0.005));
  const StaticBatch ten = static_batch(model, {.input = 2048, .output = 11}, 10);
  const Seconds two = prefill_cost_of_prompts(model, 2, 2048, 0).total();
  CHECK(ten.ttft.in(1.0_ms) == doctest::Approx((2.0 * four.total() + two).in(1.0_ms)));
  CHECK(two.in(1.0_ms) == doctest::Approx(four.total().in(1.0_ms) / 2).epsilon(0.01));
  // 110 tokens in the prefill and ten steps of ten sequences at a mean context of 2,053.5.
  const Seconds step = decode_cost(model, 10, 2053.5).total();
  CHECK(ten.tpot == step);
  CHECK(ten.output_rate.in(1.0_tok_per_s) ==
        doctest::Approx(110 / (ten.ttft + 10.0 * step).in(1.0_s)));
}

TEST_CASE("a prompt longer than a chunk is cut, and its later part sees the earlier one") {
  const ShardedModel model = llama({.tensor = 8});
  const Seconds alone =
      prefill_cost(model, 8192, 0, 1).total() + prefill_cost(model, 1808, 8192, 1).total();
  CHECK(static_batch(model, {.input = 10000, .output = 1}, 3).ttft.in(1.0_ms) ==
        doctest::Approx(3 * alone.in(1.0_ms)));
}

TEST_CASE("two stages prefill seven steps in the time of four") {
  // (7 + 2 - 1) / 2 = 4 steps through both stages.
  const ShardedModel model = llama({.tensor = 4, .pipeline = 2});
  const Seconds step = prefill_cost(model, 8192, 0, 1).total();
  CHECK(static_batch(model, {.input = 8192, .output = 1}, 7).ttft.in(1.0_ms) ==
        doctest::Approx(4 * step.in(1.0_ms)));
}

TEST_CASE("laws of a static batch") {
  CHECK(rc::check([] {
    hardware::System system = example::eight_chips();
    const ServingLayout layout{.tensor = *rc::gen::element(1, 2, 4, 8),
                               .pipeline = *rc::gen::element(1, 2)};
    const auto model = shard(example::llama_70b(), system, layout);
    const RequestShape request{.input = static_cast<double>(*rc::gen::inRange(1, 20000)),
                               .output = static_cast<double>(*rc::gen::inRange(1, 2000))};
    const double batch = *rc::gen::inRange(1, 200);
    const StaticBatch one = static_batch(*model, request, batch);
    // A larger batch is never faster to a request.
    const StaticBatch more = static_batch(*model, request, batch + 1);
    RC_ASSERT(more.tpot >= one.tpot);
    RC_ASSERT(more.ttft >= one.ttft * (1.0 - 1e-9));
    // Tokens are conserved: a batch's, over its time.
    RC_ASSERT(std::abs(one.output_rate * one.e2e / (batch * request.output * 1.0_tok) - 1.0) <
              1e-9);
    // More bandwidth is never slower.
    system.chip.hbm_bandwidth.value *= 1.5;
    system.scale_up.bandwidth.value *= 1.5;
    const auto faster = shard(example::llama_70b(), system, layout);
    RC_ASSERT(static_batch(*faster, request, batch).e2e <= one.e2e);
  }));
}

}  // namespace offtake::perf
