#include "offtake/catalog/system_file.hpp"

#include <doctest/doctest.h>

#include <string>

#include "offtake/catalog/chip_file.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::catalog {
namespace {

using namespace offtake::literals;
using hardware::NumericFormat;

constexpr auto kOptional = yaml::Evidence::kOptional;

yaml::ObjectReader reader_of(const std::string& text) {
  return yaml::ObjectReader(yaml::parse_document(text, "f.yaml"));
}

std::string complaints(const yaml::ObjectReader& reader) {
  std::string text;
  for (const Problem& problem : reader.problems()) text += describe(problem) + "\n";
  return text;
}

const std::string kServingStack =
    "name: a stack\n"
    "purpose: serving\n"
    "sustained: {gemm: {any: 60%, fp8: 65%}, expert_gemm: 18%, attention_prefill: 50%,\n"
    "  hbm_weights: 78%, hbm_kv: 65%, hbm_activations: 30%, dequantised: 60%,\n"
    "  collective_scale_up: 44%, collective_scale_out: 50%}\n"
    "fixed: {op: 3 us, layer: 3 us, moe_layer: 26 us, step: 880 us, collective: 9 us,\n"
    "  sequence: 8 us, launch: 12 us, request: 54 ms, first_wave: 50 ms}\n"
    "prefill_overlap: 11%\n"
    "prefill_fused: 70%\n"
    "wave_overlap: 30%\n"
    "expert_skew: 20%\n"
    "expert_gather: 0%\n"
    "prompt_queue: 150%\n"
    "output_reserved: 60%\n"
    "ageing: 25%\n"
    "error: {throughput: 15%, tpot: 16%, ttft: 45%}\n";

const std::string kTrainingStack =
    "name: a stack\n"
    "purpose: training\n"
    "sustained: {gemm: {any: 62%}, expert_gemm: 42%, attention_prefill: 50%, hbm_weights: 55%,\n"
    "  hbm_kv: 55%, collective_scale_up: 75%, collective_scale_out: 70%,\n"
    "  gemm_by_size: [{from: 0 GFLOP, fraction: 10%}, {from: 1 GFLOP, fraction: 60%}]}\n"
    "fixed: {op: 0 us, layer: 200 us, moe_layer: 3 ms, step: 80 ms}\n"
    "error: {training_step: 16%}\n"
    "reliability: {failure_rate: 0.2 failures/chip/year, restart: 10 min,\n"
    "  checkpoint_bandwidth: 0.1 GB/s, checkpoint_stall: 20%, evaluation: 1%, maintenance: 2%}\n";

const std::string kSystem =
    "name: eight chips\n"
    "chip:\n"
    "  name: a chip\n"
    "  compute_peak: {bf16: 1000 TFLOP/s, fp8: 2000 TFLOP/s}\n"
    "  hbm: {capacity: 80 GB, bandwidth: 3 TB/s}\n"
    "chips_per_node: 8\n"
    "chips_per_system: 8\n"
    "scale_up: {topology: torus, chips: 8, dimensions: [{chips: 2, wraps: false}, {chips: 4}],\n"
    "  bandwidth: 400 GB/s, latency: 1 us, compute_share: 0%}\n"
    "power: {chip_idle: 90 W, chip_load: 700 W, host: 575 W, site_factor: 115%}\n"
    "memory: {share: 92%, reserve: 1 GB}\n"
    "serving: {stack: s, sustained: {gemm: {any: 58%}, hbm_kv: 70%}}\n"
    "training: {stack: t}\n";

struct Stacks {
  StackFile serving = read_stack(reader_of(kServingStack), "s", kOptional);
  StackFile training = read_stack(reader_of(kTrainingStack), "t", kOptional);

  SystemParts parts() const {
    return {.chip = [](std::string_view) -> const hardware::Chip* { return nullptr; },
            .stack = [this](std::string_view name) -> const StackFile* {
              if (name == "s") return &serving;
              return name == "t" ? &training : nullptr;
            },
            .chips_known = [](std::string_view) { return std::string("a known chip"); },
            .stacks_known = [](std::string_view) { return std::string("a known stack"); }};
  }
};

TEST_CASE("a system takes its figures from its own file first and from its stack else") {
  const Stacks stacks;
  const auto reader = reader_of(kSystem);
  const hardware::System system = read_system(reader, "eight", stacks.parts(), kOptional);
  CHECK(complaints(reader).empty());
  CHECK(system.chip.hbm_capacity.value == 80.0_GB);
  CHECK(system.chip.compute_peak.find(NumericFormat::kFp8)->value == 2000.0_TFLOP_per_s);
  CHECK(system.scale_up.dimensions.size() == 2);
  CHECK_FALSE(system.scale_up.dimensions[0].wraps);
  CHECK(system.power.site_factor.value == doctest::Approx(1.15));
  const auto& sustained = system.serving.sustained;
  CHECK(sustained.hbm_kv.value == doctest::Approx(0.70));       // The system's own.
  CHECK(sustained.hbm_weights.value == doctest::Approx(0.78));  // The stack's.
  // The system's figure for any format comes before the stack's for fp8.
  CHECK(sustained.gemm.find(NumericFormat::kFp8)->value == doctest::Approx(0.58));
  CHECK(sustained.gemm.find(NumericFormat::kFp32) == nullptr);  // The chip has no such rate.
  CHECK(system.training.sustained.gemm_by_size->at(2e9) == doctest::Approx(0.60));
  CHECK(system.training.fixed.moe_layer.value == 3.0_ms);
  CHECK(complaints(stacks.serving.reader).empty());
}

TEST_CASE("a system overrides a figure of reliability and takes the others from its stack") {
  const Stacks stacks;
  std::string text = kSystem;
  text.replace(text.find("{stack: t}"), 10, "{stack: t, reliability: {restart: 3 min}}");
  const auto reader = reader_of(text);
  const hardware::System system = read_system(reader, "eight", stacks.parts(), kOptional);
  CHECK(complaints(reader).empty());
  const hardware::Reliability& reliability = system.training.reliability;
  CHECK(reliability.restart.value == 180.0_s);
  CHECK(reliability.failure_rate.value == 0.2_per_chip_year);
  CHECK(reliability.checkpoint_bandwidth.value == 0.1_GB_per_s);
  CHECK(reliability.checkpoint_stall.value == doctest::Approx(0.2));
  CHECK(reliability.evaluation.value == doctest::Approx(0.01));
  CHECK(reliability.maintenance.value == doctest::Approx(0.02));
}

TEST_CASE("a system states how its stack runs a step, and keeps the default of the rest") {
  const Stacks stacks;
  std::string text = kSystem;
  text.replace(text.find("{stack: t}"), 10,
               "{stack: t, exposed: {tensor: 90%}, product_tokens_half: 100, scan_launch: 3 ms,\n"
               "  quantisation_traffic: 4 B, fused_attention: false}");
  const auto reader = reader_of(text);
  const hardware::System system = read_system(reader, "s", stacks.parts(), kOptional);
  CHECK(complaints(reader).empty());
  const hardware::StepTraits& step = system.training.step;
  CHECK(step.exposed.tensor.value == doctest::Approx(0.90));
  CHECK(step.product_tokens_half.value == 100.0);
  CHECK(step.scan_launch.value == 3.0_ms);
  CHECK(step.quantisation_traffic.value == 4.0_B);
  CHECK_FALSE(step.fused_attention);
  CHECK(step.product_width_half.value == hardware::StepTraits{}.product_width_half.value);
}

TEST_CASE("a run that writes no checkpoint or only stands still is refused, both at once") {
  std::string text = kTrainingStack;
  text.replace(text.find("0.1 GB/s"), 8, "0 GB/s");
  text.replace(text.find("maintenance: 2%"), 15, "maintenance: 100%");
  const auto reader = reader_of(text);
  read_stack(reader, "t", kOptional);
  const std::string told = complaints(reader);
  CHECK(told.find("/reliability/checkpoint_bandwidth: expected a figure above zero") !=
        std::string::npos);
  CHECK(told.find("/reliability/maintenance: expected a share below 100%") != std::string::npos);
}

TEST_CASE("a torus whose dimensions do not make up its chips is refused") {
  const Stacks stacks;
  std::string text = kSystem;
  text.replace(text.find("chips: 8, dim"), 8, "chips: 9");
  const auto reader = reader_of(text);
  read_system(reader, "eight", stacks.parts(), kOptional);
  CHECK(complaints(reader) ==
        "f.yaml:8:36: /scale_up/chips: expected the product of the torus's dimensions, 8, found "
        "\"9\"\n");
}

TEST_CASE("unknown chips and stacks, and stacks for the other purpose, are refused") {
  const Stacks stacks;
  std::string text = kSystem;
  text.replace(text.find("stack: t"), 8, "stack: s");
  text.replace(text.find("{stack: s, "), 11, "{stack: z, ");
  const auto begin = text.find("chip:\n");
  text.replace(begin, text.find("chips_per_node") - begin, "chip: h1000\n");
  const auto reader = reader_of(text);
  read_system(reader, "eight", stacks.parts(), kOptional);
  const std::string told = complaints(reader);
  CHECK(told.find("/chip: expected a known chip, found \"h1000\"") != std::string::npos);
  CHECK(told.find("/serving/stack: expected a known stack, found \"z\"") != std::string::npos);
  CHECK(told.find("/training/stack: expected a stack for training, found \"s\"") !=
        std::string::npos);
}

TEST_CASE("shares outside of 0 to 100% and a site factor below 1 are refused") {
  const Stacks stacks;
  std::string text = kSystem;
  text.replace(text.find("share: 92%"), 10, "share: 192%");
  text.replace(text.find("115%"), 4, "95% ");
  const auto reader = reader_of(text);
  read_system(reader, "eight", stacks.parts(), kOptional);
  CHECK(complaints(reader) ==
        "f.yaml:10:70: /power/site_factor: expected site power over IT power, at least 100%, found "
        "\"95%\"\n"
        "f.yaml:11:17: /memory/share: expected a share from 0% to 100%, found \"192%\"\n");
}

TEST_CASE("a curve that does not ascend from zero is refused") {
  std::string text = kTrainingStack;
  text.replace(text.find("from: 0 GFLOP"), 13, "from: 2 GFLOP");
  const auto reader = reader_of(text);
  read_stack(reader, "t", kOptional);
  CHECK(complaints(reader).find("steps that ascend from zero") != std::string::npos);
}

TEST_CASE("in the catalog's own files every figure needs a source and a status") {
  const auto reader = reader_of(
      "name: a chip\nvendor: v\ncompute_peak: {bf16: 1000 TFLOP/s}\n"
      "hbm: {capacity: {value: 80 GB, source: s}, bandwidth: {value: 3 TB/s, source: s, status: "
      "guess}}\n");
  read_chip(reader, "c", yaml::Evidence::kRequired);
  CHECK(
      complaints(reader) ==
      "f.yaml:3:22: /compute_peak/bf16/source: expected a source's id, found nothing\n"
      "f.yaml:4:17: /hbm/capacity/status: expected text, found nothing\n"
      "f.yaml:4:90: /hbm/bandwidth/status: expected \"datasheet\", \"measured\", \"announced\" or "
      "\"estimate\", found \"guess\"\n");
}

TEST_CASE("a system without figures says why") {
  const auto reader = reader_of("name: n\nprovider: p\nwithout_figures: secret\nsource: s\n");
  const auto unmodelled = read_unmodelled_system(reader, "x");
  REQUIRE(unmodelled.has_value());
  CHECK(unmodelled->reason == "secret");
  CHECK(complaints(reader).empty());
}

}  // namespace
}  // namespace offtake::catalog
