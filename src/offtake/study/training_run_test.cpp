#include "offtake/study/training_run.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/perf/training_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {
namespace {

using namespace literals;

RunConditions large_run() {
  return {.reliability = perf::example::hgx_h100().training.reliability,
          .state = 5.68_TB,
          .chips = 16384,
          .step = 6.0_s};
}

TEST_CASE("independent bands add by their squares") {
  // ln 2 and ln 2 together: 2^sqrt(2) = 2.6651. Down: ln 2 and nothing.
  const perf::Yield<double> a{.value = 1.0, .low = 0.5, .high = 2.0};
  const perf::Yield<double> b{.value = 3.0, .low = 3.0, .high = 6.0};
  const auto both = product(a, b);
  CHECK(both.value == 3.0);
  CHECK(both.high == doctest::Approx(3 * 2.6651).epsilon(1e-4));
  CHECK(both.low == doctest::Approx(1.5));
}

TEST_CASE("what the user sets has no range and moves nothing") {
  const hardware::Reliability chosen = chosen_reliability(
      large_run().reliability, {.failure_rate = 1.0_per_chip_year, .restart = 60.0_s});
  CHECK(chosen.failure_rate.value == 1.0_per_chip_year);
  CHECK(!chosen.failure_rate.low.has_value());
  CHECK(chosen.restart.source == "given");
  RunConditions run = large_run();
  run.reliability = chosen;
  const auto elapsed = elapsed_per_step_time(run);
  CHECK(elapsed.low == elapsed.value);
  CHECK(elapsed.high == elapsed.value);
}

TEST_CASE("the assumption that moves the run most comes first") {
  const auto list = run_assumptions(large_run());
  // Of the example, those with a range: failures, restart, maintenance.
  REQUIRE(list.size() == 3);
  CHECK(list.front().name == "restart, min");
  CHECK(list.front().value == "10");
  CHECK(list.front().low == "3");
  CHECK(list.front().elapsed_low < 1.0);
  CHECK(list.front().elapsed_high > 1.0);
  for (std::size_t i = 1; i < list.size(); ++i) {
    CHECK(list[i - 1].elapsed_high - list[i - 1].elapsed_low >=
          list[i].elapsed_high - list[i].elapsed_low);
  }
}

TEST_CASE("more chips lose more to failures, whatever the state") {
  CHECK(rc::check([] {
    RunConditions run = large_run();
    run.chips = *rc::gen::inRange(8, 50'000);
    run.state = *rc::gen::inRange(1, 1000) * 10.0_GB;
    const double one = run_goodput(run).shares.training;
    // Storage grows with the chips: the write alone would be cheaper.
    run.reliability.failure_rate.value = 2.0 * run.reliability.failure_rate.value;
    RC_ASSERT(run_goodput(run).shares.training < one);
  }));
}

TEST_CASE("the goodput of large runs is about what was reported") {
  // Grattafiori et al., "The Llama 3 herd of models", 2024: more than 90% effective training time
  // on 16,384 H100, an interruption every 54 x 24 / 419 = 3.1 hours.
  const RunGoodput llama = run_goodput(large_run());
  CHECK(llama.shares.training > 0.90);
  CHECK(llama.shares.training < 0.95);
  CHECK(1.0_h * llama.job.failure_rate == doctest::Approx(419 / (54 * 24.0)).epsilon(0.03));
  // Fan et al., "HLAT", 2024: 4,096 Trainium were up 98.81% of the time with automatic restarts.
  RunConditions hlat = large_run();
  hlat.chips = 4096;
  hlat.state = 70e9 * 14.0_B;
  CHECK(1.0 - run_goodput(hlat).shares.restart == doctest::Approx(0.9881).epsilon(0.005));
  // Kokolis et al., "Revisiting reliability", 2024: 6.50 failures in 1,000 days of nodes with eight
  // chips, from which they project 1.8 hours between failures at 16,384 chips.
  RunConditions meta = large_run();
  meta.reliability.failure_rate.value = 6.5 / 1000 / 8 * 365 * 1.0_per_chip_year;
  CHECK((1.0 / run_goodput(meta).job.failure_rate).in(1.0_h) == doctest::Approx(1.8).epsilon(0.02));
}

}  // namespace
}  // namespace offtake::study
