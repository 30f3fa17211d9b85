#pragma once

#include "offtake/units/literals.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

using literals::operator""_B;

/// Shares of a collective's time that the step waits for, the rest running beside compute. They
/// describe tuned stacks of 2024-26; an older one waits for nearly all of its tensor traffic.
struct ExposedShares {
  double tensor = 0.5;    ///< Overlap of chunks of the product with chunks of its operands.
  double context = 0.25;  ///< The next block of keys travels while one is attended to.
  double expert = 0.3;    ///< Shared experts and the other half of the batch run meanwhile.
  double pipeline = 0.4;  ///< Sends of one micro-batch beside the compute of the next.
  double data = 0.4;      ///< Buckets of gradients leave while the backward pass goes on.
  double sharded = 0.1;   ///< ZeRO-3: the next layer's weights are gathered ahead.
};

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

/// What the model of a training step assumes beyond the system's own efficiencies.
struct TrainingAssumptions {
  ExposedShares exposed;
  ParameterBytes parameter;
  /// A product of M tokens, N outputs and K inputs takes 1 + tokens_half / M + width_half / N +
  /// width_half / (2 K) times its FLOPs at the sustained rate: tiles that are cut off, waves that
  /// are not full.
  double product_tokens_half = 230;
  double product_width_half = 90;
  /// The attention kernel keeps no scores; else 10 bytes a score pass through HBM in each pass.
  bool fused_attention = true;
  double attention_backward = 2.5;  ///< Times the forward pass; a fused kernel scores again.
  /// Share of the element-wise traffic that fused kernels leave; about 0.8 for an eager framework.
  double elementwise_share = 0.3;
  Bytes quantisation_traffic =
      8.5_B;                    ///< Per element of a product's input and pass, 8-bit or less.
  bool dropout = false;         ///< Masks are kept: one byte an element of two outputs a layer.
  double expert_load = 1.0;     ///< Tokens of the busiest expert rank over the mean.
  double scale_loss = 0.002;    ///< Of the step, for each doubling of chips beyond eight.
  int sharded_layers_held = 2;  ///< ZeRO-3: layers whose weights are whole at one time.
  Bytes logit = 6.0_B;          ///< 16-bit logits and their 32-bit softmax.
  double softmax_passes = 2;    ///< Times the logits cross HBM, forward and backward.
  /// Of one micro-batch's pass, behind which reductions over data ranks can hide.
  double data_window = 0.6;
};

}  // namespace offtake::perf
