#include "offtake/study/verified_capacity.hpp"

#include <doctest/doctest.h>

#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

ServeQuestion chat(std::optional<Seconds> ttft, std::optional<Seconds> tpot) {
  return {.request = {.input = 1000, .output = 200},
          .objective = {.ttft_p99 = ttft, .tpot_p99 = tpot},
          .chips = 8,
          .price = 2.0_USD_per_chip_h,
          .assumptions = {}};
}

}  // namespace

TEST_CASE("a simulation at its knee keeps the limits, near the closed form's rate") {
  const auto model = perf::example::llama_70b();
  const auto system = perf::example::eight_chips();
  const ServeQuestion question = chat(2.0_s, 60.0_ms);
  const ServeCost cost = serve_cost(model, system, question);
  REQUIRE(cost.answer.has_value());
  const auto verified = verified_capacity(model, system, question, *cost.answer);
  REQUIRE(verified.has_value());
  CHECK(verified->knee.attainment >= kKneeAttainment);
  // Both limits are met by 99 of 100, so each of them is.
  CHECK(verified->knee.ttft_p99 <= 2.0_s * 1.005);
  CHECK(verified->knee.tpot_p99 <= 60.0_ms * 1.005);
  const double ratio = verified->output_rate / cost.answer->output_rate.value;
  CHECK(ratio > 0.6);
  CHECK(ratio < 1.15);

  ServeAnswer replaced = *cost.answer;
  replace_figures(replaced, *verified);
  CHECK(replaced.output_rate.value == verified->output_rate);
  CHECK(replaced.output_rate.low / replaced.output_rate.value ==
        doctest::Approx(cost.answer->output_rate.low / cost.answer->output_rate.value));
  // The chip's price over its rate: 2 USD an hour.
  CHECK(replaced.price_output->value.in(1.0_USD_per_Mtok) ==
        doctest::Approx(2.0 / 3600.0 / verified->output_rate.base_units() * 1e6));
}

TEST_CASE("a tighter limit never allows more requests") {
  const auto model = perf::example::llama_70b();
  const auto system = perf::example::eight_chips();
  const ServeCost cost = serve_cost(model, system, chat(4.0_s, 60.0_ms));
  REQUIRE(cost.answer.has_value());
  double before = 1e9;
  for (const Seconds ttft : {4.0_s, 1.0_s, 0.5_s}) {
    const auto verified = verified_capacity(model, system, chat(ttft, 60.0_ms), *cost.answer);
    const double rate = verified ? verified->knee.load : 0.0;
    CHECK(rate <= before * (1.0 + 2.0 * kKneeWidth));
    before = rate;
  }
  CHECK_FALSE(verified_capacity(model, system, chat(1.0_us, 60.0_ms), *cost.answer).has_value());
}

TEST_CASE("without limits it is the most that a closed loop serves") {
  const auto model = perf::example::llama_70b();
  const auto system = perf::example::eight_chips();
  const ServeQuestion question = chat(std::nullopt, std::nullopt);
  const ServeCost cost = serve_cost(model, system, question);
  REQUIRE(cost.answer.has_value());
  const auto verified = verified_capacity(model, system, question, *cost.answer);
  REQUIRE(verified.has_value());
  const double ratio = verified->output_rate / cost.answer->output_rate.value;
  CHECK(ratio > 0.7);
  CHECK(ratio < 1.2);
}
