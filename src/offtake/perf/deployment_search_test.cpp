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

TEST_CASE("two pools are searched when asked for, and say what they are") {
  const hardware::System system = example::eight_chips();
  const RequestShape request{.input = 4000, .output = 400};
  const ServiceObjective objective{.ttft_p99 = 2.0_s, .tpot_p99 = 25.0_ms};
  SearchSpace space = default_search_space(system.chip);
  space.mode = ServingMode::kDisaggregated;
  space.pools_chips_max = 48;
  const SearchResult result =
      search_deployments(example::llama_70b(), system, request, objective, space);
  REQUIRE(result.best.has_value());
  const Deployment& best = *result.best;
  REQUIRE(best.prefill.has_value());
  CHECK(best.chips() <= 48);
  CHECK(objective.met(best.state.ttft_p99, best.state.tpot_p99));
  // The figures are those of the pools in a closed loop of as many requests, not bunched.
  const ServingAssumptions random{.prefill_bunching = 0.0};
  Pools pools{
      .prefill = {.model = *shard(example::llama_70b(), system, best.prefill->layout, random),
                  .workers = best.prefill->workers},
      .decode = {.model = *shard(example::llama_70b(), system, best.layout),
                 .workers = best.prefill->decode_workers},
      .decode_capacity = 10000};
  pools.transfer = kv_transfer(pools.decode.model, best.chips());
  const DisaggregatedState state = disaggregated_state(pools, request, best.state.concurrency);
  CHECK(state.tpot_mean.in(1.0_ms) ==
        doctest::Approx(best.state.tpot_mean.in(1.0_ms)).epsilon(0.01));
  CHECK(state.output_rate.base_units() ==
        doctest::Approx(best.state.output_rate.base_units()).epsilon(0.01));
}

TEST_CASE("no pair of pools tried by chance yields more than the search") {
  const hardware::System system = example::eight_chips();
  const RequestShape request{.input = 2000, .output = 300};
  SearchSpace space = default_search_space(system.chip);
  space.mode = ServingMode::kDisaggregated;
  space.pools_chips_max = 24;
  const SearchResult result = search_deployments(example::llama_70b(), system, request, {}, space);
  REQUIRE(result.best.has_value());
  CHECK(rc::check([&] {
    const auto layout = [] {
      return ServingLayout{.tensor = *rc::gen::element(2, 4, 8),
                           .pipeline = *rc::gen::element(1, 2),
                           .weights = hardware::NumericFormat::kFp8,
                           .kv_cache = hardware::NumericFormat::kFp8};
    };
    const Pools pools{.prefill = {.model = *shard(example::llama_70b(), system, layout()),
                                  .workers = *rc::gen::inRange(1, 6)},
                      .decode = {.model = *shard(example::llama_70b(), system, layout()),
                                 .workers = *rc::gen::element(1, 2, 3, 4)},
                      .decode_capacity = 10000,
                      .transfer = {.bandwidth = 315.0_GB_per_s}};
    const double sequences = *rc::gen::element(1, 2, 3, 5, 8, 12, 17, 25, 36, 51, 73, 104);
    const auto state = disaggregated_state_of(pools, request, sequences);
    RC_PRE(state.has_value() && state->prefill_load <= 0.95 && pools.chips() <= 24);
    RC_ASSERT(state->output_rate / Chips::in_base_units(pools.chips()) <=
              result.best->output_rate_per_chip() * (1.0 + 1e-9));
  }));
}

TEST_CASE("either mode is no better than the best of both, whose frontier holds both") {
  const hardware::System system = example::eight_chips();
  const auto best = [&](ServingMode mode, const ServiceObjective& objective) {
    SearchSpace space = default_search_space(system.chip);
    space.mode = mode;
    return search_deployments(example::llama_70b(), system, {.input = 1000, .output = 500},
                              objective, space);
  };
  CHECK(rc::check([&] {
    const ServiceObjective objective{.ttft_p99 = *rc::gen::inRange(200, 5000) * 1.0_ms,
                                     .tpot_p99 = *rc::gen::inRange(8, 80) * 1.0_ms};
    const SearchResult any = best(ServingMode::kAny, objective);
    for (const ServingMode mode : {ServingMode::kAggregated, ServingMode::kDisaggregated}) {
      const SearchResult one = best(mode, objective);
      if (!one.best) continue;
      RC_ASSERT(any.best->output_rate_per_chip() >= one.best->output_rate_per_chip());
      RC_ASSERT(any.frontier.front().state.tpot_p50 <= one.frontier.front().state.tpot_p50);
    }
  }));
}

TEST_CASE("two pools need chips for both") {
  SearchSpace space = default_search_space(example::eight_chips().chip);
  space.mode = ServingMode::kDisaggregated;
  space.pools_chips_max = 1;
  const SearchResult result = search_deployments(example::llama_70b(), example::eight_chips(),
                                                 {.input = 1000, .output = 500}, {}, space);
  CHECK(!result.best.has_value());
  CHECK(result.reason == "too few chips for a prefill and a decode worker that fit: 1");
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
