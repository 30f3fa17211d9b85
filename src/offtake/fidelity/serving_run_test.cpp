#include "offtake/fidelity/serving_run.hpp"

#include <doctest/doctest.h>

#include <string>

#include "offtake/hardware/numeric_format.hpp"

namespace offtake::fidelity {
namespace {

using hardware::NumericFormat;
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

std::string refusal_of(const InferenceConditions& conditions) {
  const auto run = read_run(conditions, own());
  return run ? "" : run.error().reason;
}

/// A closed loop that every test may change.
InferenceConditions plain() {
  return {.model = "Llama-3.1-70B",
          .chip = "H100-SXM",
          .weights = "fp8",
          .framework = "vllm",
          .tensor = 4,
          .input = 1000.0,
          .output = 500.0,
          .concurrency = 8.0};
}

/// With which the source of ix and aic rows draws lengths from 0.8 to 1.0 of the nominal ones.
constexpr const char* kDrawn = "InferenceX; lengths drawn from 0.8-1.0 of nominal isl/osl; ";

}  // namespace

TEST_CASE("chips beyond one replica's are more replicas") {
  InferenceConditions conditions = plain();
  conditions.chips = 8;
  const ServingRun run = run_of(conditions);
  CHECK(run.layout.tensor == 4);
  CHECK(run.replicas == 2);
  CHECK(run.chips() == 8);
}

TEST_CASE("a tensor degree that is not stated is what the chips leave") {
  InferenceConditions conditions = plain();
  conditions.tensor.reset();
  conditions.pipeline = 2;
  conditions.chips = 8;
  const ServingRun run = run_of(conditions);
  CHECK(run.layout.tensor == 4);
  CHECK(run.layout.pipeline == 2);
  CHECK(run.replicas == 1);
}

TEST_CASE("degrees of attention stored twice are one group of ranks") {
  InferenceConditions conditions = plain();
  conditions.tensor = 8;
  conditions.data = 8;
  conditions.expert = 8;
  const ServingRun run = run_of(conditions);
  CHECK(run.layout.tensor == 1);
  CHECK(run.layout.attention_data == 8);
  CHECK(run.layout.expert == 8);
}

TEST_CASE("experts are cut over no more than a stage's ranks") {
  InferenceConditions conditions = plain();
  conditions.expert = 64;
  CHECK(run_of(conditions).layout.expert == 4);
}

TEST_CASE("drawn lengths are nine tenths of the nominal ones") {
  InferenceConditions conditions = plain();
  conditions.notes = kDrawn;
  CHECK(run_of(conditions).request.input == doctest::Approx(900.0));
  CHECK(run_of(conditions).request.output == doctest::Approx(450.0));
  CHECK(run_of(plain()).request.input == 1000.0);
}

TEST_CASE("what a run needs and is not stated is the reason that it is not predicted") {
  InferenceConditions conditions = plain();
  conditions.input.reset();
  CHECK(refusal_of(conditions).find("input") != std::string::npos);
  conditions = plain();
  conditions.concurrency.reset();
  CHECK(refusal_of(conditions).find("concurrency") != std::string::npos);
  conditions = plain();
  conditions.tensor.reset();
  CHECK(refusal_of(conditions).find("chips") != std::string::npos);
  conditions = plain();
  conditions.weights = "fp9";
  CHECK(refusal_of(conditions).find("fp9") != std::string::npos);
  conditions = plain();
  conditions.framework = "an engine of our own";
  CHECK(refusal_of(conditions).find("an engine of our own") != std::string::npos);
  conditions = plain();
  conditions.scenario = Scenario::kDisaggregated;
  CHECK(refusal_of(conditions).find("pools") != std::string::npos);
  conditions = plain();
  conditions.model = "no-such-model";
  CHECK(refusal_of(conditions).find("no-such-model") != std::string::npos);
}

TEST_CASE("ix-0301, InferenceX: a node whose degrees stand beside those of experts") {
  const ServingRun run = run_of({.source = "InferenceX",
                                 .date = "2026-05-22",
                                 .model = "DeepSeek-R1",
                                 .chip = "B200-SXM",
                                 .weights = "fp4",
                                 .framework = "sglang",
                                 .chips = 8,
                                 .tensor = 8,
                                 .expert = 8,
                                 .input = 8192.0,
                                 .output = 1024.0,
                                 .concurrency = 16.0,
                                 .notes = std::string(kDrawn) + "spec_decode=none"});
  CHECK(run.kind == RunKind::kPlain);
  CHECK(run.stack == "sglang");
  CHECK(run.layout.weights == NumericFormat::kNvfp4);
  CHECK(run.layout.tensor == 8);
  CHECK(run.layout.expert == 8);
  CHECK(run.chips() == 8);
  CHECK(std::get<ClosedLoop>(run.load).concurrency == 16.0);
}

TEST_CASE("ix-2083, InferenceX: pools of 8 and 16 chips that speculate") {
  const ServingRun run =
      run_of({.source = "InferenceX",
              .date = "2026-02-04",
              .model = "DeepSeek-R1",
              .chip = "MI355X",
              .weights = "fp4",
              .framework = "mori-sglang",
              .chips = 24,
              .input = 1024.0,
              .output = 8192.0,
              .concurrency = 128.0,
              .scenario = Scenario::kDisaggregated,
              .notes = std::string(kDrawn) +
                       "spec_decode=mtp; disagg prefill gpus=8 workers=1 tp8 ep8 dpattn=False; "
                       "decode gpus=16 workers=2 tp8 ep8 dpattn=False"});
  CHECK(run.kind == RunKind::kDisaggregated);
  CHECK(run.stack == "sglang-rocm");
  CHECK(run.layout.weights == NumericFormat::kMxfp4);
  REQUIRE(run.pools.has_value());
  CHECK(run.pools->prefill.chips() == 8);
  CHECK(run.pools->decode.workers == 2);
  CHECK(run.chips() == 24);
  CHECK(run.speculation.draft_tokens > 0);
}

InferenceConditions pooled(const std::string& pools) {
  return {.source = "InferenceX",
          .model = "DeepSeek-R1",
          .chip = "GB200",
          .weights = "fp8",
          .framework = "dynamo-sglang",
          .chips = 48,
          .input = 1024.0,
          .output = 1024.0,
          .concurrency = 4096.0,
          .scenario = Scenario::kDisaggregated,
          .notes = std::string(kDrawn) + "spec_decode=none; " + pools};
}

TEST_CASE("degrees that were not recorded are those of attention's ranks") {
  // 32 chips decode as one worker with attention data parallelism, and every degree reads one.
  const ServingRun run =
      run_of(pooled("disagg prefill gpus=16 workers=2 tp1 ep1 dpattn=True; decode gpus=32 "
                    "workers=1 tp1 ep1 dpattn=True"));
  REQUIRE(run.pools.has_value());
  CHECK(run.pools->decode.layout.attention_data == 32);
  CHECK(run.pools->decode.layout.expert == 32);
  CHECK(run.pools->prefill.layout.attention_data == 8);
  CHECK(run.pools->prefill.layout.expert == 8);
}

TEST_CASE("the ranks of experts that are stated leave attention its own") {
  // Degrees of 1 and 16 on 16 chips: attention runs on all of them.
  const ServingRun run =
      run_of(pooled("disagg prefill gpus=8 workers=1 tp8 ep1 dpattn=False; decode gpus=16 "
                    "workers=1 tp1 ep16 dpattn=True"));
  CHECK(run.pools->decode.layout.attention_data == 16);
  CHECK(run.pools->decode.layout.tensor == 1);
  CHECK(run.pools->decode.layout.expert == 16);
  CHECK(run.pools->prefill.layout.tensor == 8);
  CHECK(run.pools->prefill.layout.expert == 1);
}

TEST_CASE("experts are not cut narrower than a block of scales") {
  // 2,048 wide: over 16 chips 128, a block; over 32 half a block, so they lie whole on the ranks.
  const auto decode = [](const std::string& data) {
    return run_of(pooled("disagg prefill 1x(tp8 pp1 dp1 moe_tp8 ep1) decode 1x(tp1 pp1 dp" + data +
                         " moe_tp" + data + " ep1) decode_batch=128"))
        .pools->decode.layout.expert;
  };
  CHECK(decode("16") == 1);
  CHECK(decode("32") == 32);
}

TEST_CASE("drafts are stated where an acceptance is, or a draft model") {
  InferenceConditions conditions = plain();
  CHECK(run_of(conditions).drafts_stated);
  conditions.notes = "spec_decode=mtp";
  CHECK_FALSE(run_of(conditions).drafts_stated);
  conditions.notes = "EAGLE3, 3 tokens, acceptance length 2.1";
  CHECK(run_of(conditions).drafts_stated);
}

TEST_CASE("aic-0202, aiconfigurator: pools by layout") {
  const ServingRun run =
      run_of({.source = "aiconfigurator-silicon-sample",
              .date = "2026-02-08",
              .model = "DeepSeek-V3",
              .chip = "GB200",
              .weights = "nvfp4",
              .framework = "sglang",
              .chips = 12,
              .input = 1024.0,
              .output = 1024.0,
              .concurrency = 32.0,
              .scenario = Scenario::kDisaggregated,
              .notes = "disagg prefill 1x(tp4 pp1 dp1 moe_tp4 ep1) decode 2x(tp4 pp1 dp1 moe_tp4 "
                       "ep1) decode_batch=16; InferenceX run (lengths drawn from 0.8-1.0 of "
                       "nominal)"});
  REQUIRE(run.pools.has_value());
  CHECK(run.pools->prefill.layout.tensor == 4);
  CHECK(run.pools->decode.chips() == 8);
  CHECK(run.chips() == 12);
}

TEST_CASE("trt-0042, TensorRT-LLM 0.8: a static batch of the C++ runtime") {
  const ServingRun run = run_of({.source = "TensorRT-LLM-perf-overview",
                                 .date = "2024-02-29",
                                 .model = "GPT-J-6B",
                                 .chip = "L40S",
                                 .weights = "fp8",
                                 .kv_cache = "fp8",
                                 .framework = "TensorRT-LLM",
                                 .version = "v0.8.0",
                                 .chips = 1,
                                 .tensor = 1,
                                 .pipeline = 1,
                                 .input = 128.0,
                                 .output = 2048.0,
                                 .concurrency = 64.0,
                                 .scenario = Scenario::kFixedBatch,
                                 .notes = "static batching; table LLaMA = Llama 2 family"});
  CHECK(run.vendor == "Nvidia");
  CHECK(run.layout.kv_cache == NumericFormat::kFp8);
  CHECK(std::get<StaticBatch>(run.load).batch == 64.0);
  CHECK_FALSE(run.decode_only);
}

TEST_CASE("nrn-0089, Neuron: degrees count cores, two a chip of Trainium1") {
  const ServingRun run = run_of({.source = "aws-neuron-sdk-benchmarks",
                                 .date = "2025-10-17",
                                 .model = "CodeLlama-13B",
                                 .chip = "Trainium1",
                                 .weights = "bf16",
                                 .framework = "Transformers NeuronX",
                                 .chips = 16,
                                 .tensor = 32,
                                 .input = 8192.0,
                                 .output = 8192.0,
                                 .concurrency = 4.0,
                                 .scenario = Scenario::kFixedBatch});
  CHECK(run.stack == "neuronx");
  CHECK(run.layout.tensor == 16);
  CHECK(run.replicas == 1);
}

TEST_CASE("opt-0022, optimum-neuron: one chip's replica at a fixed rate") {
  const ServingRun run = run_of(
      {.source = "optimum-neuron-benchmark",
       .date = "2025-10-16",
       .model = "Qwen3-30B-A3B",
       .chip = "Trainium2",
       .weights = "bf16",
       .framework = "optimum-neuron vLLM",
       .chips = 1,
       .tensor = 4,
       .data = 1,
       .input = 1500.0,
       .output = 250.0,
       .notes = "guidellm 0.1.0 emulated, prompt 1500+-150 output 250+-20; mode "
                "asynchronous@0.38 req/sec; compiled max batch 16 per replica, max seq 4096"});
  CHECK(run.chips() == 1);
  CHECK(std::get<FixedRate>(run.load).requests == 0.38);
  CHECK(run.notes.sequences_max == 16.0);
}

TEST_CASE("tpu-0027, tpu-recipes: ranks are tensor cores, two a chip of v7x") {
  const ServingRun run = run_of({.source = "Google-tpu-recipes",
                                 .date = "2026-06-24",
                                 .model = "Qwen3-Coder-480B-A35B",
                                 .chip = "TPU-v7x",
                                 .weights = "fp8",
                                 .kv_cache = "fp8",
                                 .framework = "vLLM TPU",
                                 .chips = 4,
                                 .tensor = 8,
                                 .expert = 8,
                                 .input = 1024.0,
                                 .output = 1024.0,
                                 .concurrency = 64.0});
  CHECK(run.layout.tensor == 4);
  CHECK(run.layout.expert == 4);
}

TEST_CASE("amd-0002, AMD's page: as many sequences as the table's batch, all at once") {
  const ServingRun run = run_of({.source = "AMD-ROCm-performance-results",
                                 .date = "2025-10-06",
                                 .model = "Llama-3.1-70B",
                                 .chip = "MI300X",
                                 .weights = "fp8",
                                 .kv_cache = "fp8",
                                 .framework = "vLLM (ROCm)",
                                 .chips = 8,
                                 .tensor = 8,
                                 .input = 128.0,
                                 .output = 4096.0,
                                 .concurrency = 1500.0,
                                 .scenario = Scenario::kMaxThroughput});
  CHECK(run.stack == "vllm-rocm");
  CHECK(std::get<Saturated>(run.load).sequences_max == 1500.0);
}

TEST_CASE("dpd-0033, dstack: pools by workers") {
  const ServingRun run = run_of({.source = "dstack-pd-ratio",
                                 .date = "20250914",
                                 .model = "gpt-oss-120b",
                                 .chip = "H200-SXM",
                                 .weights = "mxfp4",
                                 .framework = "SGLang",
                                 .chips = 8,
                                 .tensor = 2,
                                 .input = 128.0,
                                 .output = 667.7,
                                 .concurrency = 64.0,
                                 .scenario = Scenario::kDisaggregated,
                                 .notes = "1 prefill + 3 decode workers of TP2; nominal 128/2048"});
  CHECK(run.chips() == 8);
  REQUIRE(run.pools.has_value());
  CHECK(run.pools->decode.chips() == 6);
}

TEST_CASE("mlp60-0088, MLPerf: any deployment within the benchmark's limits") {
  const ServingRun run =
      run_of({.source = "MLPerf-Inference-v6.0",
              .date = "2026-05-10",
              .model = "Llama-2-70B",
              .chip = "MI350X",
              .weights = "fp4",
              .framework = "vLLM",
              .chips = 16,
              .output = 281.7,
              .notes = "MLPerf closed Interactive submitter Cisco availability available benchmark "
                       "llama2-70b-99; dataset lengths vary"});
  CHECK(run.kind == RunKind::kUnstatedLayout);
  CHECK(run.request.output == 281.7);
  const auto& best = std::get<BestFound>(run.load);
  CHECK(best.objective.ttft_p99.has_value());
  CHECK(best.objective.tpot_p99.has_value());
}

TEST_CASE("ttm-0004, Tenstorrent: no output stated is decode at the input's context") {
  const ServingRun run = run_of({.source = "tt-metal-models-README",
                                 .date = "2025-11-03",
                                 .model = "QwQ-32B",
                                 .chip = "Tenstorrent-Wormhole",
                                 .framework = "tt-metal",
                                 .chips = 8,
                                 .tensor = 8,
                                 .data = 1,
                                 .input = 128.0,
                                 .concurrency = 32.0,
                                 .scenario = Scenario::kFixedBatch});
  CHECK(run.decode_only);
  CHECK(run.layout.tensor == 8);
}

TEST_CASE("gau-0026, Intel: Gaudi's own stack") {
  const ServingRun run = run_of({.source = "Intel-Gaudi-model-performance",
                                 .model = "Llama-2-7B",
                                 .chip = "Gaudi2",
                                 .weights = "fp8",
                                 .framework = "Gaudi software / PyTorch 2.4.0",
                                 .chips = 1,
                                 .tensor = 1,
                                 .input = 128.0,
                                 .output = 2048.0,
                                 .concurrency = 163.0,
                                 .scenario = Scenario::kFixedBatch});
  CHECK(run.stack == "habana");
  CHECK_FALSE(run.date.has_value());
}

TEST_CASE("rows of the same conditions are one run, in the order in which runs begin") {
  std::vector<measurement::InferenceRow> rows(4);
  rows[0].conditions = plain();
  rows[1].conditions = plain();
  rows[1].conditions.concurrency = 16.0;
  rows[2].conditions = plain();
  rows[3].conditions = rows[1].conditions;
  const auto runs = group_runs(rows);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].rows == std::vector<std::size_t>{0, 2});
  CHECK(runs[1].rows == std::vector<std::size_t>{1, 3});
}

}  // namespace offtake::fidelity
