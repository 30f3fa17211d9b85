#include "offtake/fidelity/training_run.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace offtake::fidelity {
namespace {

using hardware::NumericFormat;
using measurement::TrainingConditions;
using measurement::TrainingMetric;
using measurement::TrainingRow;

const catalog::Catalog& the_catalog() {
  static const catalog::Catalog catalog = catalog::load_catalog(OFFTAKE_SOURCE_DIR "/catalog");
  return catalog;
}

TrainingRun run_of(const TrainingConditions& conditions) {
  auto run = read_run(conditions, the_catalog());
  if (!run) FAIL(run.error().reason);
  return *run;
}

std::string refusal_of(const TrainingConditions& conditions) {
  const auto run = read_run(conditions, the_catalog());
  REQUIRE_FALSE(run.has_value());
  return run.error().reason;
}

bool assumes(const TrainingRun& run, const std::string& field) {
  return std::ranges::find(run.assumed, field) != run.assumed.end();
}

/// Megatron-Bridge: DeepSeek-V3 on 256 GB300.
TrainingConditions bridge() {
  return {.source = "NVIDIA Megatron-Bridge performance summary",
          .date = "2026-08",
          .model = "DeepSeekV3",
          .chip = "GB300",
          .format = "mxfp8",
          .framework = "Megatron-Bridge",
          .version = "NeMo 26.08",
          .chips = 256,
          .tensor = 1,
          .pipeline = 2,
          .virtual_stages = 8,
          .context = 1,
          .expert = 32,
          .data = 128,
          .sequence = 4096,
          .global_batch = 4096,
          .micro_batch = 1};
}

/// MLPerf Training v5.0: adapters of Llama 2 70B, whose layout no table states.
TrainingConditions adapters(int chips, const std::string& notes) {
  return {.source = "MLPerf Training v5.0",
          .date = "2025-06",
          .model = "Llama 2 70B LoRA (MLPerf)",
          .chip = "GB200",
          .framework = "PyTorch",
          .chips = chips,
          .sequence = 8192,
          .global_batch = 8,
          .notes = notes};
}

}  // namespace

TEST_CASE("a run that states its layout is read as it is") {
  const TrainingRun run = run_of(bridge());
  CHECK(run.model->id == "deepseek-v3");
  CHECK(run.stack == "megatron-bridge");
  CHECK(run.version == "26.08");
  CHECK(run.design == "blackwell");
  CHECK(run.layout.parallel ==
        perf::ParallelLayout{.tensor = 1, .pipeline = 2, .data = 128, .context = 1, .expert = 32});
  CHECK(run.layout.virtual_stages == 8);
  CHECK(run.job.format == NumericFormat::kMxfp8);
  CHECK(run.job.prediction_modules == 1);  // Megatron-Bridge trains the model's.
  CHECK(run.assumed == std::vector<std::string>{"sharding"});
  CHECK(run.layout.sharding == perf::Sharding::kZero1);
}

TEST_CASE("an engine of an older day is another stack") {
  TrainingConditions conditions{.date = "2022-05",
                                .model = "GPT-175B (Korthikanti)",
                                .chip = "A100-80G",
                                .format = "fp16",
                                .framework = "Megatron-LM",
                                .chips = 64,
                                .tensor = 8,
                                .pipeline = 8,
                                .virtual_stages = 3,
                                .data = 1,
                                .sequence_parallel = false,
                                .recompute = measurement::RecomputeStated::kFull,
                                .sequence = 2048,
                                .global_batch = 64,
                                .micro_batch = 1};
  const TrainingRun old = run_of(conditions);
  CHECK(old.stack == "megatron-2022");
  CHECK(old.job.format == NumericFormat::kBf16);
  CHECK(old.layout.recompute == perf::Recompute::kFull);
  CHECK_FALSE(old.layout.sequence_parallel);
  conditions.date = "2024-07";
  CHECK(run_of(conditions).stack == "megatron");
}

TEST_CASE("chips of two cores: degrees count cores") {
  const TrainingRun run = run_of({.date = "2023-09-01",
                                  .model = "GPT3-23B",
                                  .chip = "Trainium1",
                                  .format = "bf16",
                                  .framework = "Neuron NeMo-Megatron",
                                  .version = "Neuron 2.13.0",
                                  .chips = 512,
                                  .tensor = 8,
                                  .pipeline = 4,
                                  .data = 32,
                                  .global_batch = 1024,
                                  .micro_batch = 1});
  CHECK(run.layout.parallel.tensor == 4);
  CHECK(run.layout.parallel.data == 32);
  CHECK(run.job.sequence == 2048);
  CHECK(assumes(run, "sequence"));
}

TEST_CASE("accumulations tell how many chips a data rank of a benchmark has") {
  // 64 chips, eight samples, one pass: eight chips a sample; four cut matrices, two the sample.
  const TrainingRun run = run_of(adapters(64, "LoRA rank 16, frozen base; GA=1; median of logs"));
  CHECK(run.job.adapter_rank == 16);
  CHECK(run.layout.parallel.tensor == 4);
  CHECK(run.layout.parallel.context == 2);
  CHECK(run.layout.parallel.data == 8);
  CHECK(run.stack == "mlperf-nemo");
  CHECK(run.job.format == NumericFormat::kFp8);
  CHECK(assumes(run, "layout"));
  // Eight chips and eight samples: one each.
  CHECK(run_of(adapters(8, "GA=1; LoRA rank 16")).layout.parallel.data == 8);
}

TEST_CASE("states that no chip has room for were sharded") {
  TrainingConditions conditions = bridge();
  conditions.model = "LLAMA3_70B";
  conditions.chip = "H100-SXM";
  conditions.format = "bf16";
  conditions.chips = 64;
  conditions.pipeline = conditions.virtual_stages = conditions.expert = 1;
  conditions.data = 64;
  conditions.global_batch = 64;
  CHECK(run_of(conditions).layout.sharding == perf::Sharding::kZero3);
}

TEST_CASE("what a source counts as FLOP is read from its notes") {
  TrainingConditions conditions = bridge();
  CHECK(run_of(conditions).flop_count == FlopCount::kCausal);
  conditions.notes = "model FLOPs, full attention: 6N + 12*L*d*S per token";
  CHECK(run_of(conditions).flop_count == FlopCount::kFull);
  conditions.notes = "44% of 312; HARDWARE FLOPs incl. full recompute";
  CHECK(run_of(conditions).flop_count == FlopCount::kHardware);
}

TEST_CASE("a step's time of a batch that is not stated is neither scored nor predicted") {
  TrainingConditions conditions = bridge();
  conditions.pipeline = conditions.virtual_stages = 1;
  conditions.expert = 64;
  conditions.data = 256;
  conditions.global_batch.reset();
  CHECK_FALSE(run_of(conditions).batch_stated);
  const auto row = [&](const std::string& id, TrainingMetric metric) {
    return TrainingRow{.id = id, .conditions = conditions, .metric = metric, .value = 1.0};
  };
  const auto runs = group_runs(
      {row("a-1s", TrainingMetric::kStepTime), row("a-1t", TrainingMetric::kChipTokens)});
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].scored == 1);
  CHECK_FALSE(group_runs({row("a-1s", TrainingMetric::kStepTime)})[0].scored.has_value());
}

TEST_CASE("a version that its source calls slower than it should be is marked") {
  TrainingConditions conditions = bridge();
  CHECK_FALSE(run_of(conditions).regression);
  conditions.notes = "known cuDNN regression in this container";
  CHECK(run_of(conditions).regression);
}

TEST_CASE("a run that cannot be read says why") {
  TrainingConditions conditions = bridge();
  conditions.model = "GPT-52B (JZ exp)";
  CHECK(refusal_of(conditions).find("GPT-52B") != std::string::npos);
  conditions = bridge();
  conditions.global_batch.reset();
  CHECK(refusal_of(conditions).find("bubble") != std::string::npos);
  conditions = bridge();
  conditions.chips = 255;
  CHECK(refusal_of(conditions).find("whole replicas") != std::string::npos);
  conditions = bridge();
  conditions.framework = "Abacus";
  CHECK(refusal_of(conditions).find("Abacus") != std::string::npos);
  conditions = bridge();
  conditions.format = "fp7";
  CHECK(refusal_of(conditions).find("fp7") != std::string::npos);
}

TEST_CASE("rows of one run are one, scored by the step's time before rates") {
  std::vector<TrainingRow> rows;
  const auto add = [&](const std::string& id, TrainingMetric metric, const std::string& notes) {
    TrainingConditions conditions = bridge();
    conditions.notes = notes;
    rows.push_back({.id = id, .conditions = conditions, .metric = metric, .value = 1.0});
  };
  add("mb-001t", TrainingMetric::kChipTokens, "tokens");
  add("mb-001s", TrainingMetric::kStepTime, "step");
  add("mb-001f", TrainingMetric::kChipFlops, "FLOP");
  add("mb-002f", TrainingMetric::kChipFlops, "FLOP");
  const auto runs = group_runs(rows);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].rows == std::vector<std::size_t>{0, 1, 2});
  CHECK(runs[0].scored == 1);
  CHECK(runs[0].conditions.notes == "tokens; step; FLOP");
  CHECK_FALSE(runs[1].scored.has_value());
}

}  // namespace offtake::fidelity
