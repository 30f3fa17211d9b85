#include "offtake/study/serve_cost.hpp"

#include <doctest/doctest.h>

#include "offtake/perf/serving_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;
namespace example = perf::example;

namespace {

ServeQuestion question() {
  return {.request = {.input = 1000, .output = 500},
          .objective = {.ttft_p99 = 2.0_s, .tpot_p99 = 50.0_ms},
          .price = 2.0_USD_per_chip_h};
}

}  // namespace

TEST_CASE("a token costs the chip's hour over the tokens of that hour") {
  const ServeCost cost = serve_cost(example::llama_70b(), example::eight_chips(), question());
  REQUIRE(cost.answer.has_value());
  const ServeAnswer& answer = *cost.answer;
  const double tokens_hour = answer.output_rate.value.base_units() * 3600;
  CHECK(answer.price_output->value.in(1.0_USD_per_Mtok) ==
        doctest::Approx(2.0 / tokens_hour * 1e6));
  // 1,500 tokens a request against 500.
  CHECK(answer.total_rate.value / answer.output_rate.value == doctest::Approx(3));
  CHECK(answer.price_output->value / answer.price_blended->value == doctest::Approx(3));
}

TEST_CASE("the band of a price is that of the rate turned over") {
  const ServeCost cost = serve_cost(example::llama_70b(), example::eight_chips(), question());
  const ServeAnswer& answer = *cost.answer;
  CHECK(answer.price_output->low / answer.price_output->value ==
        doctest::Approx(answer.output_rate.value / answer.output_rate.high));
  // exp(1.2816 x 0.15).
  CHECK(answer.output_rate.high / answer.output_rate.value ==
        doctest::Approx(1.212).epsilon(0.001));
}

TEST_CASE("power is between a chip that waits and one that works") {
  const ServeCost cost = serve_cost(example::llama_70b(), example::eight_chips(), question());
  CHECK(cost.answer->site_power >= 600.0_W);
  CHECK(cost.answer->site_power <= 1320.0_W);
}

TEST_CASE("a replica takes no more chips than there are, and the rest hold others") {
  ServeQuestion asked = question();
  asked.chips = 20;
  const ServeCost cost = serve_cost(example::llama_70b(), example::eight_chips(), asked);
  REQUIRE(cost.answer.has_value());
  CHECK(cost.answer->replicas == 20 / cost.answer->served.layout.chips());
}

TEST_CASE("what does not fit is a reasoned no") {
  ServeQuestion asked = question();
  asked.chips = 1;
  asked.weights = {hardware::NumericFormat::kBf16};
  const ServeCost cost = serve_cost(example::llama_70b(), example::eight_chips(), asked);
  CHECK(!cost.answer.has_value());
  CHECK(cost.reason.starts_with("does not fit: the smallest share of a chip needs 14"));
}

TEST_CASE("pools of their own take chips of both, and no more than there are") {
  ServeQuestion asked = question();
  asked.request = {.input = 6000, .output = 300};
  asked.objective = {.ttft_p99 = 2.0_s, .tpot_p99 = 20.0_ms};
  asked.mode = perf::ServingMode::kDisaggregated;
  asked.chips = 100;
  const ServeCost cost = serve_cost(example::llama_70b(), example::eight_chips(), asked);
  REQUIRE(cost.answer.has_value());
  const ServedAs& served = cost.answer->served;
  CHECK(served.mode == "disaggregated");
  REQUIRE(served.prefill.has_value());
  CHECK(served.chips() <= 100);
  CHECK(cost.answer->replicas == 100 / served.chips());
  // What the pools yield is over the chips of both: C O / (TTFT + (O - 1) TPOT) / chips, at most,
  // with a TTFT of nothing.
  const double most =
      served.concurrency * 300 / (299 * cost.answer->tpot_p50.value.in(1.0_s)) / served.chips();
  CHECK(cost.answer->output_rate.value.base_units() < most);
  CHECK(cost.answer->output_rate.value.base_units() > 0.3 * most);
}

TEST_CASE("a question that says nothing of pools is answered by replicas") {
  CHECK(serve_cost(example::llama_70b(), example::eight_chips(), question()).answer->served.mode ==
        "aggregated");
}

TEST_CASE("a deployment of two pools says what each is") {
  const ServedAs served{
      .layout = {.tensor = 4, .weights = hardware::NumericFormat::kFp8},
      .concurrency = 500,
      .prefill = perf::PrefillPool{
          .layout = {.tensor = 2, .pipeline = 2}, .workers = 3, .decode_workers = 8}};
  CHECK(describe(served) ==
        "prefill 3 x (tp 2, pp 2), decode 8 x (tp 4), fp8 weights, bf16 cache, 500 requests");
  CHECK(served.chips() == 44);
}

TEST_CASE("a deployment says how it is run") {
  const ServedAs served{.layout = {.tensor = 2,
                                   .attention_data = 4,
                                   .expert = 8,
                                   .weights = hardware::NumericFormat::kFp8},
                        .concurrency = 64};
  CHECK(describe(served) == "tp 2, attention dp 4, ep 8, fp8 weights, bf16 cache, 64 requests");
}

}  // namespace offtake::study
