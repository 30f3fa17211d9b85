#include "offtake/fidelity/serving_prediction.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "offtake/catalog/catalog.hpp"
#include "offtake/perf/deployment_search.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {
namespace {

using namespace offtake::literals;
using measurement::InferenceConditions;
using measurement::Scenario;

const catalog::Catalog& own() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

ServingRun run_of(const InferenceConditions& conditions) {
  auto run = read_run(conditions, own());
  if (!run) FAIL(run.error().reason);
  return *run;
}

ServingPrediction predicted(const ServingRun& run) {
  const auto prediction = predict(run, own().on_stack(**own().system(run.system), run.stack));
  REQUIRE(prediction.has_value());
  return *prediction;
}

InferenceConditions speculating(double concurrency) {
  return {.source = "InferenceX",
          .model = "DeepSeek-R1",
          .chip = "B200-SXM",
          .weights = "fp4",
          .framework = "trt",
          .chips = 8,
          .tensor = 8,
          .expert = 8,
          .input = 1024.0,
          .output = 1024.0,
          .concurrency = concurrency,
          .notes = "spec_decode=mtp; attention DP on"};
}

InferenceConditions interactive() {
  return {.source = "MLPerf-Inference-v5.1",
          .model = "Llama-2-70B",
          .chip = "H200-SXM",
          .weights = "fp8",
          .framework = "TensorRT 10.11",
          .chips = 8,
          .output = 290.0,
          .scenario = Scenario::kServer,
          .notes =
              "MLPerf closed Interactive submitter NVIDIA availability available benchmark "
              "llama2-70b-99"};
}

}  // namespace

TEST_CASE("drafts that are not stated are as many as serve best: more alone, one in a crowd") {
  for (const double concurrency : {1.0, 4096.0}) {
    const ServingRun chosen = run_of(speculating(concurrency));
    REQUIRE_FALSE(chosen.drafts_stated);
    ServingRun three = chosen;
    three.drafts_stated = true;
    const auto best = predicted(chosen).output_rate;
    const auto with_three = predicted(three).output_rate;
    if (concurrency == 1.0) {
      CHECK(best == with_three);
    } else {
      CHECK(best > with_three);
    }
  }
}

TEST_CASE("requests of a server come at random: as many as its limits allow in one of a hundred") {
  // By Little's law the mean in each replica is m = rate x time in it, and m + 2.33 root(m) is the
  // number that the search found within the limits.
  const ServingRun run = run_of(interactive());
  const hardware::System system = own().on_stack(**own().system(run.system), run.stack);
  perf::SearchSpace space = perf::default_search_space(system.chip);
  space.weights = {run.layout.weights};
  space.kv_cache = {run.layout.kv_cache};
  space.chips_max = run.replicas;
  const auto& best = std::get<BestFound>(run.load);
  const perf::SearchResult found =
      perf::search_deployments(*run.model, system, run.request, best.objective, space, {});
  REQUIRE(found.best);
  const ServingPrediction prediction = predicted(run);
  const double mean =
      prediction.requests_rate / prediction.replicas * prediction.end_to_end.mean.in(1.0_s);
  CHECK(mean + 2.3263 * std::sqrt(mean) ==
        doctest::Approx(found.best->state.concurrency).epsilon(0.03));
  CHECK(prediction.tpot.mean <= *best.objective.tpot_p99);
}

}  // namespace offtake::fidelity
