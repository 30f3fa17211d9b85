#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "offtake/base/quantile.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;
using hardware::NumericFormat;

namespace {

/// A published time of a decode step: so many sequences at a mean context.
struct Measured {
  std::string system;
  std::string model;
  perf::ServingLayout layout;
  double sequences;
  double context;
  Seconds step;
};

/// Of what is predicted with the catalog's figures, over what was measured.
double predicted_share(const catalog::Catalog& catalog, const Measured& row) {
  const auto system = catalog.system(row.system);
  const auto model = catalog.model(row.model);
  REQUIRE(system.has_value());
  REQUIRE(model.has_value());
  const auto sharded = perf::shard(**model, **system, row.layout);
  REQUIRE(sharded.has_value());
  return perf::decode_cost(*sharded, row.sequences, row.context).total() / row.step;
}

const catalog::Catalog& the_catalog() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

}  // namespace

TEST_CASE("published: decode on Trainium2 at a batch of one or two") {
  // Hugging Face, optimum-neuron benchmarks, 2025-10 (Qwen3-32B on one chip); AWS, Neuron
  // documentation, tutorials of NxD Inference and of vLLM on Neuron, 2025-26, no speculation. Four
  // logical cores are a chip. The stack's figures are fitted to the second to the fourth.
  const Measured rows[] = {
      {"trn2", "qwen3-32b", {}, 1, 1625, 32.08_ms},
      {"trn2", "llama-3.1-8b", {.tensor = 2}, 2, 576, 10.52_ms},
      {"trn2", "gpt-oss-120b", {.tensor = 4}, 1, 576, 7.0_ms},
      {"trn2", "qwen3-32b", {.tensor = 16}, 1, 407, 10.76_ms},
      {"trn2", "llama-3.3-70b", {.tensor = 16}, 1, 10750, 19.6_ms},
      {"trn2", "llama-3.1-405b", {.tensor = 16}, 1, 10750, 37.9_ms},
  };
  std::vector<double> errors;
  for (const Measured& row : rows) {
    CAPTURE(row.model);
    CAPTURE(row.layout.tensor);
    errors.push_back(std::abs(std::log(predicted_share(the_catalog(), row))));
    CHECK(errors.back() < std::log(1.35));
  }
  CHECK(quantile(errors, 0.5) < std::log(1.2));
}

TEST_CASE("published: decode of DeepSeek-R1 in FP8 on the pool of a disaggregated GB200") {
  // SemiAnalysis, InferenceX, Dynamo with TensorRT-LLM, no speculation, 2026. Sequences of a worker
  // are its part of the concurrency times TPOT x output over TTFT + TPOT x output, all as measured;
  // lengths are drawn from 0.8 to 1.0 of 1,024 or 8,192, so 0.9 of them is the mean. None is
  // fitted.
  const auto spread = [](int ranks) {
    return perf::ServingLayout{.attention_data = ranks,
                               .expert = ranks,
                               .weights = NumericFormat::kFp8,
                               .kv_cache = NumericFormat::kFp8};
  };
  const Measured rows[] = {
      {"gb200-nvl72", "deepseek-r1", spread(8), 5827, 1382, 82.71_ms},
      {"gb200-nvl72", "deepseek-r1", spread(16), 2016, 1382, 28.62_ms},
      {"gb200-nvl72", "deepseek-r1", spread(16), 1021, 7834, 27.23_ms},
      {"gb200-nvl72", "deepseek-r1", spread(32), 256, 7834, 15.97_ms},
  };
  for (const Measured& row : rows) {
    CAPTURE(row.layout.expert);
    CAPTURE(row.context);
    CHECK(std::abs(std::log(predicted_share(the_catalog(), row))) < std::log(1.3));
  }
}

TEST_CASE("published: DeepSeek-R1 in NVFP4 on four GPUs of a GB200, all requests at once") {
  // Nvidia, TensorRT-LLM, performance overview, 1.x: output tokens a second and GPU, attention data
  // and expert parallel over 4. The cache holds what it can, the rest waits. None is fitted.
  struct Saturated {
    double input;
    double output;
    double rate;
  };
  const auto system = the_catalog().system("gb200-nvl72");
  const auto model = the_catalog().model("deepseek-r1");
  const auto sharded = perf::shard(**model, **system,
                                   {.attention_data = 4,
                                    .expert = 4,
                                    .weights = NumericFormat::kNvfp4,
                                    .kv_cache = NumericFormat::kFp8});
  REQUIRE(sharded.has_value());
  for (const Saturated& row : {Saturated{1024, 1024, 6924}, Saturated{1024, 32768, 1465}}) {
    CAPTURE(row.output);
    const double context = row.input + row.output;
    const auto memory = perf::serving_memory(*sharded, **system, 1, context);
    REQUIRE(memory.has_value());
    const Bytes free = perf::memory_available(**system) - memory->total() + memory->kv_cache;
    const double held = std::floor(perf::kv_cache_capacity(*sharded, context, free));
    const perf::SteadyState state =
        perf::steady_state(*sharded, {.input = row.input, .output = row.output}, held, held);
    CHECK(state.output_rate.base_units() / 4 == doctest::Approx(row.rate).epsilon(0.15));
  }
}

}  // namespace offtake::study
