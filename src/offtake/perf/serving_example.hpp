#pragma once

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/units/literals.hpp"

/// A system and models with their figures written out, for tests and benchmarks: nothing here is
/// read by an answer.
namespace offtake::perf::example {

/// Eight chips like an H100 behind a switch, a plain stack: round efficiencies, fixed costs of
/// zero.
inline hardware::System eight_chips() {
  using namespace offtake::literals;
  using hardware::NumericFormat;
  hardware::System system{.id = "eight-chips", .name = "Eight chips"};
  system.chip.id = "chip";
  system.chip.compute_peak.set(NumericFormat::kBf16, {.value = 989.0_TFLOP_per_s});
  system.chip.compute_peak.set(NumericFormat::kFp8, {.value = 1979.0_TFLOP_per_s});
  system.chip.hbm_capacity.value = 80.0_GB;
  system.chip.hbm_bandwidth.value = 3.35_TB_per_s;
  system.chips_per_node = 8;
  system.chips_per_system = 8;
  system.scale_up.topology = hardware::Topology::kSwitched;
  system.scale_up.chips = 8;
  system.scale_up.bandwidth.value = 450.0_GB_per_s;
  system.scale_up.latency.value = 5.0_us;
  system.scale_out = hardware::InterconnectDomain{.chips = 1024};
  system.scale_out->bandwidth.value = 50.0_GB_per_s;
  system.scale_out->latency.value = 10.0_us;
  system.power = {.chip_idle = {.value = 100.0_W},
                  .chip_load = {.value = 700.0_W},
                  .host = {.value = 400.0_W},
                  .site_factor = {.value = 1.2}};
  system.memory_share.value = 0.9;
  system.memory_reserve.value = 2.0_GB;
  hardware::Efficiency& stack = system.serving;
  stack.stack = "example";
  stack.sustained.gemm.set(NumericFormat::kBf16, {.value = 0.6});
  stack.sustained.gemm.set(NumericFormat::kFp8, {.value = 0.6});
  stack.sustained.expert_gemm.value = 0.3;
  stack.sustained.attention_prefill.value = 0.5;
  stack.sustained.hbm_weights.value = 0.8;
  stack.sustained.hbm_kv.value = 0.7;
  stack.sustained.hbm_activations.value = 0.3;
  stack.sustained.dequantised.value = 1.0;
  stack.output_reserved.value = 1.0;
  stack.sustained.collective_scale_up.value = 0.7;
  stack.sustained.collective_scale_out.value = 0.7;
  stack.error = {.throughput = {.value = 0.15}, .tpot = {.value = 0.15}, .ttft = {.value = 0.5}};
  stack.error_of_new_model = stack.error;
  stack.error_of_speculation = stack.error;
  stack.error_of_pools = stack.error;
  return system;
}

/// Llama 3.3 70B.
inline model::ModelArchitecture llama_70b() {
  return {.id = "llama-70b",
          .name = "Llama 70B",
          .hidden = 8192,
          .vocabulary = 128256,
          .groups = {{.layers = 80,
                      .attention = model::GroupedQueryAttention{.heads = 64, .kv_heads = 8},
                      .feed_forward = model::DenseFeedForward{.width = 28672}}}};
}

/// DeepSeek-V3.
inline model::ModelArchitecture deepseek_v3() {
  const model::LatentAttention attention{.heads = 128, .query_rank = 1536};
  return {.id = "deepseek",
          .name = "DeepSeek-V3",
          .hidden = 7168,
          .vocabulary = 129280,
          .groups = {{.layers = 3,
                      .attention = attention,
                      .feed_forward = model::DenseFeedForward{.width = 18432}},
                     {.layers = 58,
                      .attention = attention,
                      .feed_forward = model::MixtureOfExperts{
                          .experts = 256, .active = 8, .width = 2048, .shared_width = 2048}}}};
}

}  // namespace offtake::perf::example
