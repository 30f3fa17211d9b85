#include "offtake/perf/deployment_search.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

#include "offtake/perf/serving_example.hpp"
#include "offtake/perf/site_power.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

namespace {

SearchResult search(const hardware::System& system, const ServiceObjective& objective) {
  return search_deployments(example::llama_70b(), system, {.input = 1000, .output = 500}, objective,
                            default_search_space(system.chip));
}

}  // namespace

TEST_CASE("the best deployment meets the objective and the frontier climbs") {
  const ServiceObjective objective{.ttft_p99 = 2.0_s, .tpot_p99 = 30.0_ms};
  const SearchResult result = search(example::eight_chips(), objective);
  REQUIRE(result.best.has_value());
  CHECK(objective.met(result.best->state.ttft_p99, result.best->state.tpot_p99));
  CHECK(result.reason.empty());
  CHECK(result.evaluated > 100);
  for (std::size_t i = 1; i < result.frontier.size(); ++i) {
    CHECK(result.frontier[i].state.tpot_p50 > result.frontier[i - 1].state.tpot_p50);
    CHECK(result.frontier[i].output_rate_per_chip() >
          result.frontier[i - 1].output_rate_per_chip());
  }
}

TEST_CASE("an objective out of reach is a reasoned no") {
  const SearchResult result = search(example::eight_chips(), {.tpot_p99 = 0.1_ms});
  CHECK(!result.best.has_value());
  CHECK(result.reason.starts_with("no layout meets the objective: the least TPOT p99 is "));
}

TEST_CASE("a model that no layout holds says what is missing") {
  hardware::System system = example::eight_chips();
  system.chip.hbm_capacity.value = 4.0_GB;
  system.scale_out.reset();
  const SearchResult result = search(system, {});
  CHECK(!result.best.has_value());
  CHECK(result.reason.starts_with("does not fit: "));
}

TEST_CASE("a tighter objective never yields more, a faster chip never less") {
  CHECK(rc::check([] {
    hardware::System system = example::eight_chips();
    const Seconds loose = *rc::gen::inRange(10, 200) * 1.0_ms;
    const SearchResult wide = search(system, {.tpot_p99 = loose});
    const SearchResult tight = search(system, {.tpot_p99 = 0.7 * loose});
    RC_PRE(tight.best.has_value());
    RC_ASSERT(tight.best->output_rate_per_chip() <=
              wide.best->output_rate_per_chip() * (1.0 + 1e-9));
    system.chip.hbm_bandwidth.value *= 1.3;
    const SearchResult faster = search(system, {.tpot_p99 = loose});
    RC_ASSERT(faster.best->output_rate_per_chip() >=
              wide.best->output_rate_per_chip() * (1.0 - 1e-9));
  }));
}

TEST_CASE("weights are served in the eight-bit format that the chip multiplies fastest") {
  using hardware::NumericFormat;
  hardware::Chip chip;
  chip.compute_peak.set(NumericFormat::kBf16, {.value = 632.0_TFLOP_per_s});
  CHECK(default_search_space(chip).weights == std::vector{NumericFormat::kBf16});
  CHECK(default_search_space(chip).kv_cache == std::vector{NumericFormat::kBf16});
  chip.compute_peak.set(NumericFormat::kFp8, {.value = 1264.0_TFLOP_per_s});
  CHECK(default_search_space(chip).weights == std::vector{NumericFormat::kFp8});
  // At equal rates the smaller one: microscaled weights hold a scale for each 32 of them.
  chip.compute_peak.set(NumericFormat::kMxfp8, {.value = 1264.0_TFLOP_per_s});
  CHECK(default_search_space(chip).weights == std::vector{NumericFormat::kFp8});
  chip.compute_peak.set(NumericFormat::kMxfp8, {.value = 2520.0_TFLOP_per_s});
  CHECK(default_search_space(chip).weights == std::vector{NumericFormat::kMxfp8});
  CHECK(default_search_space(chip).kv_cache == std::vector{NumericFormat::kFp8});
}

TEST_CASE("power at the site: idle, load, host and the site's factor") {
  // (100 + 0.5 x 600 + 400) x 1.2 = 960 W.
  CHECK(site_power(example::eight_chips().power, 0.5).in(1.0_W) == doctest::Approx(960));
}

TEST_CASE("the 80% band leaves a tenth on either side") {
  // exp(1.2816 x 0.2) = 1.2922.
  const Yield<double> band = with_band(100.0, 0.2);
  CHECK(band.high == doctest::Approx(129.22).epsilon(0.001));
  CHECK(band.low == doctest::Approx(77.39).epsilon(0.001));
}

}  // namespace offtake::perf
