#pragma once

#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/machine.hpp"
#include "offtake/calculon/transformer.hpp"
#include "offtake/units/literals.hpp"

/// Machine and models with their figures written out, for tests and benchmarks: nothing here is
/// read by an answer.
namespace offtake::calculon::example {

/// A100 80 GB as Calculon's systems/a100_80g.json has it (commit caa4b11).
inline Machine a100() {
  using namespace offtake::literals;
  return {
      .matrix = {312.0_TFLOP_per_s,
                 hardware::EfficiencyCurve({{0.0, 0.1}, {1e9, 0.6}, {16e9, 0.9}, {128e9, 0.95}})},
      .vector = {78.0_TFLOP_per_s,
                 hardware::EfficiencyCurve({{0.0, 0.1}, {1e9, 0.5}, {16e9, 0.95}})},
      .memory = {80.0_GiB, 2048.0_GB_per_s,
                 hardware::EfficiencyCurve({{0.0, 0.3}, {1e6, 0.6}, {10e6, 0.75}, {100e6, 0.9}})},
      .host_memory = {512.0_GiB, 32.0_GB_per_s,
                      hardware::EfficiencyCurve(
                          {{0.0, 0.3}, {1e6, 0.7}, {10e6, 0.9}, {100e6, 0.95}})},
      .networks = {Network{.chips = 8,
                           .sustained = 300.0_GB_per_s * 0.65,
                           .latency = 10.0_us,
                           .compute_share = 0.15,
                           .must_be_filled = true,
                           .traffic = {{{1.5, 1.0}, {1.5, 1.0}, {2.0, 1.0}}}},
                   Network{.chips = 65536,
                           .sustained = 25.0_GB_per_s * 0.9,
                           .latency = 20.0_us,
                           .compute_share = 0.02,
                           .must_be_filled = false,
                           .traffic = {{{1.0, 0.0}, {1.0, 0.0}, {1.0, 0.0}}}}}};
}

/// A machine to work by hand: every engine and memory at its peak, one unit a second; network 0 of
/// 4 chips without latency, network 1 of any number with 1 s.
inline Machine round_numbers() {
  const hardware::EfficiencyCurve full({{0.0, 1.0}});
  const ComputeRate compute = ComputeRate::in_base_units(1.0);
  const Bandwidth bandwidth = Bandwidth::in_base_units(1.0);
  const Bytes plenty = Bytes::in_base_units(1e15);
  return {.matrix = {compute, full},
          .vector = {compute, full},
          .memory = {plenty, bandwidth, full},
          .host_memory = {plenty, bandwidth, full},
          .networks = {Network{.chips = 4,
                               .sustained = bandwidth,
                               .latency = Seconds{},
                               .compute_share = 0.5,
                               .must_be_filled = true,
                               .traffic = {{{1.0, 1.0}, {1.0, 1.0}, {2.0, 1.0}}}},
                       Network{.chips = 1 << 20,
                               .sustained = bandwidth,
                               .latency = Seconds::in_base_units(1.0),
                               .compute_share = 0.25,
                               .must_be_filled = false,
                               .traffic = {{{1.0, 0.0}, {1.0, 0.0}, {1.0, 0.0}}}}}};
}

// Shapes of Korthikanti et al., "Reducing activation recomputation in large transformer models",
// 2022, table 3.
inline Transformer megatron_22b() { return {6144, 24576, 64, 96, 48, 2048}; }
inline Transformer gpt3_175b() { return {12288, 49152, 96, 128, 96, 2048}; }
inline Transformer turing_530b() { return {20480, 81920, 128, 160, 105, 2048}; }
inline Transformer megatron_1t() { return {25600, 102400, 160, 160, 128, 2048}; }

/// GPT-3 175B on 64 chips as measured there, with selective recompute and sequence parallelism:
/// Calculon's validation/seqsel/fig7/gpt3-175B_seqsel.json.
inline Execution gpt3_on_64() {
  return {.block = {.tensor = 8,
                    .recompute = Recompute::kAttention,
                    .exchange = TensorExchange::kSequence,
                    .gather_again = true,
                    .fused_activation = false},
          .pipeline = 8,
          .pipeline_network = 1,
          .data_network = 1,
          .batch = 64,
          .interleaving = 3};
}

/// The best of the search S1 on 512 chips.
inline Execution gpt3_on_512() {
  return {.block = {.tensor = 2,
                    .recompute = Recompute::kAttention,
                    .exchange = TensorExchange::kSequence},
          .pipeline = 16,
          .data = 16,
          .pipeline_network = 1,
          .data_network = 1,
          .batch = 1536,
          .interleaving = 6,
          .sharded_optimizer = true};
}

/// The best of the search S1 on 4,096 chips.
inline Execution gpt3_on_4096() {
  return {.block = {.tensor = 8, .exchange = TensorExchange::kSequence},
          .pipeline = 16,
          .data = 32,
          .pipeline_network = 1,
          .data_network = 1,
          .batch = 1536,
          .interleaving = 6};
}

}  // namespace offtake::calculon::example
