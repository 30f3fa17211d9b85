#pragma once

#include "offtake/units/literals.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

using literals::operator""_B;

/// Bytes that training keeps for one parameter.
/// Source: NVIDIA, Megatron-LM, "Distributed optimizer", 2024: 18 with 16-bit weights and 32-bit
/// gradients, 6 + 12 / d when d ranks split the optimizer's states.
struct ParameterBytes {
  Bytes weight = 2.0_B;              ///< 16-bit, or 8-bit in both orientations.
  Bytes gradient = 4.0_B;            ///< 32-bit sums over the micro-batches.
  Bytes optimizer = 12.0_B;          ///< Adam: 32-bit weight, mean and variance.
  Bytes gradient_sent = 4.0_B;       ///< In the reduction over the data-parallel ranks.
  Bytes optimizer_traffic = 30.0_B;  ///< Read and written by the update.
};

/// In which formats Adam keeps a weight's mean and variance, beside a 32-bit weight.
enum class OptimizerStates {
  kAdamFp32,
  kAdamBf16,  ///< DeepSeek-AI, "DeepSeek-V3 technical report", 2024, section 3.3.3.
  kAdam8Bit,  ///< Dettmers et al., "8-bit optimizers via block-wise quantization", ICLR 2022.
};

/// The update reads the gradient, reads and writes the states, and writes the 16-bit weight.
constexpr ParameterBytes parameter_bytes(OptimizerStates states) {
  // Each block of 2,048 elements of 8 bits has a 32-bit scale.
  const Bytes moment = states == OptimizerStates::kAdamFp32   ? 4.0_B
                       : states == OptimizerStates::kAdamBf16 ? 2.0_B
                                                              : (1.0 + 4.0 / 2048.0) * 1.0_B;
  ParameterBytes bytes;
  bytes.optimizer = 4.0_B + 2.0 * moment;
  bytes.optimizer_traffic = bytes.gradient + 2.0 * bytes.optimizer + bytes.weight;
  return bytes;
}

/// What the model of a training step assumes beyond the system's own efficiencies.
struct TrainingAssumptions {
  ParameterBytes parameter;
  double attention_backward = 2.5;  ///< Times the forward pass; a fused kernel scores again.
  bool dropout = false;             ///< Masks are kept: one byte an element of two outputs a layer.
  double expert_load = 1.0;         ///< Tokens of the busiest expert rank over the mean.
  int sharded_layers_held = 2;      ///< ZeRO-3: layers whose weights are whole at one time.
  Bytes logit = 6.0_B;              ///< 16-bit logits and their 32-bit softmax.
  double softmax_passes = 2;        ///< Times the logits cross HBM, forward and backward.
  /// Of one micro-batch's pass, behind which reductions over data ranks can hide.
  double data_window = 0.6;
  /// Of expert and pipeline transfers that DualPipe runs beside a pass of the other direction, what
  /// is waited for: none. Source: DeepSeek-AI, "DeepSeek-V3 technical report", 2024.
  double paired_exposed = 0.0;
  /// Of the transfers that trade heads for tokens: attention waits for its heads, and the output
  /// projection for its tokens.
  double heads_exposed = 1.0;
};

}  // namespace offtake::perf
