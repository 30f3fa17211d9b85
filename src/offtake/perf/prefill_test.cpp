#include "offtake/perf/prefill.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

TEST_CASE("a long prefill is bound by its products, and by attention's causal half") {
  // 8,192 tokens of a 70B model on eight chips: 2 x 68.45e9 x 8,192 = 1.1215e15 FLOP over
  // 8 x 989 x 0.6 TFLOP/s = 236.3 ms; attention 80 x 4 x 64 x 128 x 8,192^2 / 2 = 8.796e13 FLOP
  // over 8 x 989 x 0.5 = 22.2 ms. Reading the weights, 6.4 ms, adds less than 0.1% as a square.
  const auto model = shard(example::llama_70b(), example::eight_chips(), {.tensor = 8});
  const StepCost cost = prefill_cost(*model, 8192, 0, 1);
  CHECK((cost.projections + cost.feed_forward).in(1.0_ms) == doctest::Approx(236.3).epsilon(0.002));
  CHECK(cost.attention.in(1.0_ms) == doctest::Approx(22.2).epsilon(0.003));
  // 160 all-reduces of 134.2 MB: 2 x (5 us + 7/8 x 134.2 MB / 315 GB/s) = 755.6 us each.
  CHECK(cost.collectives.in(1.0_ms) == doctest::Approx(120.9).epsilon(0.002));
}

TEST_CASE("a host that launches slowly sets the least time of a prefill") {
  hardware::System system = example::eight_chips();
  system.serving.fixed.launch.value = 100.0_us;
  const auto model = shard(example::llama_70b(), system, {.tensor = 8});
  // 80 layers of 9 kernels.
  CHECK(prefill_cost(*model, 100, 0, 1).total().in(1.0_ms) == doctest::Approx(72));
  CHECK(prefill_cost(*model, 8192, 0, 1).fixed == 0.0_s);
}

TEST_CASE("two stages that wait for one another do less than twice the work of one") {
  hardware::System system = example::eight_chips();
  const auto one = shard(example::llama_70b(), system, {.tensor = 4});
  const auto two =
      shard(example::llama_70b(), system, {.tensor = 4, .pipeline = 2}, {.pipeline_fill = 0.8});
  const double gain = prefill_share(*one, 2000, 2000) / prefill_share(*two, 2000, 2000);
  CHECK(gain < 2.0 * 0.8);
  CHECK(gain == doctest::Approx(2.0 * 0.8).epsilon(0.01));
}

TEST_CASE("a graph compiled for one length computes every shorter prompt as that length") {
  const auto model_of = [](double compiled) {
    return *shard(example::llama_70b(), example::eight_chips(), {.tensor = 8},
                  {.prompt_compiled = compiled});
  };
  const ShardedModel exact = model_of(0);
  const ShardedModel padded = model_of(4096);
  CHECK(prompt_time(padded, 1500, 1500) == prompt_time(exact, 4096, 4096));
  CHECK(prefill_share(padded, 1500, 1500) == prefill_share(exact, 4096, 4096));
  CHECK(prompt_time(padded, 5000, 5000) == prompt_time(exact, 5000, 5000));
}

TEST_CASE("what is cached is not computed again") {
  CHECK(rc::check([] {
    const auto model = shard(example::llama_70b(), example::eight_chips(), {.tensor = 4});
    const double input = *rc::gen::inRange(100, 30000);
    const double computed = input * (*rc::gen::inRange(1, 100)) / 100.0;
    RC_ASSERT(prefill_share(*model, input, computed) <= prefill_share(*model, input, input));
    RC_ASSERT(prefill_share(*model, input, computed) > 0.0_s);
  }));
}

TEST_CASE("a prompt's share of a full chunk is at most what it costs alone") {
  CHECK(rc::check([] {
    const auto model = shard(example::llama_70b(), example::eight_chips(), {.tensor = 8});
    const double input = *rc::gen::inRange(1, 8192);
    RC_ASSERT(prefill_share(*model, input, input) <=
              prefill_cost(*model, input, 0, 1).total() * (1.0 + 1e-9));
  }));
}

}  // namespace offtake::perf
