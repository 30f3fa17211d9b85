#pragma once

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/units/literals.hpp"

/// Systems and models with their figures written out, for tests and benchmarks of training: nothing
/// here is read by an answer.
namespace offtake::perf::example {

/// DGX A100 80 GB with Megatron-LM: 312 TFLOP/s, 300 GB/s NVLink a direction, 25 GB/s a network
/// card (NVIDIA, "DGX A100 system architecture", 2020). Sustained shares from Megatron-LM runs of
/// 2022-23.
inline hardware::System dgx_a100() {
  using namespace offtake::literals;
  using hardware::NumericFormat;
  hardware::System system{.id = "a100", .name = "A100"};
  system.chip.compute_peak.set(NumericFormat::kBf16, {.value = 312.0_TFLOP_per_s});
  system.chip.hbm_capacity.value = 80.0_GiB;
  system.chip.hbm_bandwidth.value = 2.039_TB_per_s;
  system.chips_per_node = 8;
  system.chips_per_system = 8;
  system.scale_up.chips = 8;
  system.scale_up.bandwidth.value = 300.0_GB_per_s;
  system.scale_up.latency.value = 4.4_us;
  system.scale_up.compute_share.value = 0.05;
  system.scale_out = hardware::InterconnectDomain{.chips = 65536};
  system.scale_out->bandwidth.value = 25.0_GB_per_s;
  system.scale_out->latency.value = 10.0_us;
  system.scale_out->compute_share.value = 0.02;
  system.power = {.chip_idle = {.value = 55.0_W},
                  .chip_load = {.value = 400.0_W},
                  .host = {.value = 350.0_W},
                  .site_factor = {.value = 1.15}};
  system.memory_share.value = 0.92;
  system.memory_reserve.value = 1.0_GB;
  hardware::Efficiency& stack = system.training;
  stack.stack = "example";
  stack.sustained.gemm.set(NumericFormat::kBf16, {.value = 0.85});
  stack.sustained.expert_gemm.value = 0.55;
  stack.sustained.attention_prefill.value = 0.5;
  stack.sustained.hbm_weights.value = 0.55;
  stack.sustained.collective_scale_up.value = 0.75;
  stack.sustained.collective_scale_out.value = 0.7;
  stack.fixed.layer.value = 200.0_us;
  stack.fixed.moe_layer.value = 3.0_ms;
  stack.fixed.step.value = 80.0_ms;
  stack.step_error = {.dense = {.value = 0.16}, .mixture = {.value = 0.256}};
  stack.step_error_of_new_model = stack.step_error;
  // Grattafiori et al., "The Llama 3 herd of models", 2024: 419 interruptions of 16,384 chips in 54
  // days, 2 TB/s of storage; the rest are round figures.
  stack.reliability = {.failure_rate = {.value = 0.17_per_chip_year,
                                        .low = 0.11_per_chip_year,
                                        .high = 0.30_per_chip_year},
                       .restart = {.value = 600.0_s, .low = 180.0_s, .high = 1800.0_s},
                       .checkpoint_bandwidth = {.value = 0.12_GB_per_s},
                       .checkpoint_stall = {.value = 1.0},
                       .evaluation = {.value = 0.01},
                       .maintenance = {.value = 0.01, .low = 0.003, .high = 0.03}};
  return system;
}

/// HGX H100 with Megatron-Core: 989 and 1,979 TFLOP/s, 450 GB/s NVLink a direction, 50 GB/s a
/// network card (NVIDIA, "DGX H100 user guide", 2023).
inline hardware::System hgx_h100() {
  using namespace offtake::literals;
  using hardware::NumericFormat;
  hardware::System system = dgx_a100();
  system.id = "h100";
  system.chip.compute_peak.set(NumericFormat::kBf16, {.value = 989.0_TFLOP_per_s});
  system.chip.compute_peak.set(NumericFormat::kFp8, {.value = 1979.0_TFLOP_per_s});
  system.chip.hbm_capacity.value = 85.5_GB;
  system.chip.hbm_bandwidth.value = 3.35_TB_per_s;
  system.scale_up.topology = hardware::Topology::kSwitchedReducing;
  system.scale_up.bandwidth.value = 450.0_GB_per_s;
  system.scale_out->bandwidth.value = 50.0_GB_per_s;
  system.power.chip_load.value = 700.0_W;
  system.power.host.value = 575.0_W;
  system.training.sustained.gemm.set(NumericFormat::kBf16, {.value = 0.62});
  system.training.sustained.gemm.set(NumericFormat::kFp8, {.value = 0.65});
  system.training.sustained.expert_gemm.value = 0.40;
  return system;
}

/// Brown et al., "Language models are few-shot learners", 2020, with Megatron-LM's vocabulary.
inline model::ModelArchitecture gpt3_175b() {
  return {.id = "gpt3-175b",
          .name = "GPT-3 175B",
          .hidden = 12288,
          .vocabulary = 51200,
          .tied_embeddings = true,
          .groups = {{.layers = 96,
                      .attention = model::GroupedQueryAttention{.heads = 96, .kv_heads = 96},
                      .feed_forward = model::DenseFeedForward{.width = 49152, .gated = false}}}};
}

/// Grattafiori et al., "The Llama 3 herd of models", 2024.
inline model::ModelArchitecture llama_405b() {
  return {.id = "llama-405b",
          .name = "Llama 3.1 405B",
          .hidden = 16384,
          .vocabulary = 128256,
          .groups = {{.layers = 126,
                      .attention = model::GroupedQueryAttention{.heads = 128, .kv_heads = 8},
                      .feed_forward = model::DenseFeedForward{.width = 53248}}}};
}

/// Qwen team, "Qwen3 technical report", 2025: 30B parameters, 3B active.
inline model::ModelArchitecture qwen3_30b() {
  return {.id = "qwen3-30b",
          .name = "Qwen3 30B",
          .hidden = 2048,
          .vocabulary = 151936,
          .groups = {{.layers = 48,
                      .attention = model::GroupedQueryAttention{.heads = 32, .kv_heads = 4},
                      .feed_forward =
                          model::MixtureOfExperts{.experts = 128, .active = 8, .width = 768}}}};
}

}  // namespace offtake::perf::example
