#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "offtake/catalog/catalog.hpp"
#include "offtake/perf/disaggregation.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/speculation.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;
using hardware::NumericFormat;

namespace {

const catalog::Catalog& the_catalog() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

perf::ShardedModel deepseek(const std::string& system, perf::ServingLayout layout,
                            const perf::ServingAssumptions& assumptions = {}) {
  layout.kv_cache = NumericFormat::kFp8;
  const auto found = the_catalog().system(system);
  REQUIRE(found.has_value());
  const auto sharded =
      perf::shard(**the_catalog().model("deepseek-r1"), **found, layout, assumptions);
  REQUIRE(sharded.has_value());
  return *sharded;
}

/// Lengths are drawn from 0.8 to 1.0 of the nominal ones, so 0.9 of them is the mean.
perf::RequestShape drawn(double input, double output) {
  return {.input = 0.9 * input, .output = 0.9 * output};
}

bool within(double predicted, double measured, double factor) {
  return std::abs(std::log(predicted / measured)) < std::log(factor);
}

}  // namespace

TEST_CASE("published: how much multi-token prediction speeds up the decoding of DeepSeek-R1") {
  // SemiAnalysis, InferenceX, 2026: median TPOT without over that with speculation, all else equal.
  // The acceptance of three drafts is fitted to 43 such pairs, these among them. Engines differ in
  // how many they draft, and nothing is printed of it.
  struct Pair {
    std::string system;
    perf::ServingLayout layout;
    double input;
    double output;
    double concurrency;
    double without;
    double with;
  };
  const auto fp8 = NumericFormat::kFp8;
  const Pair pairs[] = {
      {"hgx-b200", {.tensor = 4, .weights = NumericFormat::kNvfp4}, 1024, 1024, 4, 7.61, 5.42},
      {"hgx-b200", {.tensor = 8, .weights = fp8}, 1024, 1024, 4, 8.70, 5.67},
      {"hgx-b200", {.tensor = 8, .weights = fp8}, 8192, 1024, 4, 9.13, 5.86},
      {"hgx-h200", {.tensor = 8, .expert = 8, .weights = fp8}, 1024, 1024, 4, 11.80, 9.19},
      {"hgx-h200", {.tensor = 8, .expert = 8, .weights = fp8}, 1024, 1024, 16, 20.06, 13.82},
      {"hgx-h200", {.tensor = 8, .expert = 8, .weights = fp8}, 8192, 1024, 16, 25.31, 17.31},
      {"mi355x-8", {.tensor = 8, .weights = fp8}, 1024, 1024, 32, 17.59, 12.25},
      {"mi355x-8", {.tensor = 8, .weights = fp8}, 1024, 8192, 32, 17.80, 11.42}};
  for (const Pair& pair : pairs) {
    CAPTURE(pair.system);
    CAPTURE(pair.concurrency);
    const auto tpot = [&](const perf::Speculation& speculation) {
      return perf::steady_state(deepseek(pair.system, pair.layout, {.speculation = speculation}),
                                drawn(pair.input, pair.output), pair.concurrency, 10000)
          .tpot_p50;
    };
    const double gain = tpot({}) / tpot(perf::multi_token_prediction());
    CHECK(gain > 1.0);
    CHECK(within(gain, pair.without / pair.with, 1.35));
  }
}

TEST_CASE("published: DeepSeek-R1 in pools of prefill and decode on a GB200") {
  // SemiAnalysis, InferenceX, Dynamo with TensorRT-LLM in NVFP4, no speculation, 2026: median TPOT,
  // and tokens in and out over the GPUs of both pools. Nothing but the waiting of prompts is fitted
  // to runs in pools.
  struct Run {
    perf::ServingLayout prefill;
    int prefill_workers;
    perf::ServingLayout decode;
    int decode_workers;
    double input;
    double concurrency;
    double tpot_ms;
    double total_rate;
  };
  const auto cut = [](int ranks) {
    return perf::ServingLayout{.tensor = ranks, .expert = ranks, .weights = NumericFormat::kNvfp4};
  };
  const auto spread = [](int ranks) {
    return perf::ServingLayout{
        .attention_data = ranks, .expert = ranks, .weights = NumericFormat::kNvfp4};
  };
  const Run runs[] = {{cut(4), 1, cut(8), 4, 1024, 256, 14.10, 879},
                      {spread(4), 2, spread(16), 1, 1024, 2048, 24.64, 6070},
                      {cut(4), 1, cut(8), 3, 8192, 3, 6.63, 136},
                      {spread(4), 1, cut(8), 4, 8192, 76, 9.79, 1544},
                      {spread(4), 8, spread(16), 1, 8192, 2150, 32.80, 10339}};
  for (const Run& run : runs) {
    CAPTURE(run.input);
    CAPTURE(run.concurrency);
    perf::Pools pools{
        .prefill = {.model = deepseek("gb200-nvl72", run.prefill), .workers = run.prefill_workers},
        .decode = {.model = deepseek("gb200-nvl72", run.decode), .workers = run.decode_workers},
        .decode_capacity = 10000};
    pools.transfer = perf::kv_transfer(pools.decode.model, pools.chips());
    const perf::DisaggregatedState state =
        perf::disaggregated_state(pools, drawn(run.input, 1024), run.concurrency);
    CHECK(within(state.tpot_p50.in(1.0_ms), run.tpot_ms, 1.35));
    CHECK(within(state.total_rate.base_units() / state.chips, run.total_rate, 1.35));
  }
}

}  // namespace offtake::study
