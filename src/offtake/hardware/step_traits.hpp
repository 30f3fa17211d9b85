#pragma once

#include "offtake/base/sourced.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// Shares of a collective's time that a training step waits for, the rest running beside compute.
/// The defaults describe tuned stacks of 2024-26; an older one waits for nearly all of its tensor
/// traffic.
struct ExposedShares {
  Sourced<double> tensor = {.value = 0.5};    ///< Chunks of a product run beside their operands.
  Sourced<double> context = {.value = 0.25};  ///< The next block of keys travels meanwhile.
  Sourced<double> expert = {.value = 0.3};  ///< Shared experts and half of the batch run meanwhile.
  Sourced<double> pipeline = {.value = 0.4};  ///< Sends of one micro-batch beside the next.
  Sourced<double> data = {.value = 0.4};  ///< Buckets of gradients leave during the backward pass.
  Sourced<double> sharded = {.value = 0.1};  ///< ZeRO-3: the next layer's weights come ahead.
};

/// How a software stack runs a training step, beside the rates that it sustains. All defaults are
/// estimates; a stack's file may state others.
struct StepTraits {
  ExposedShares exposed;
  /// A product of M tokens, N outputs and K inputs takes 1 + tokens_half / M + width_half / N +
  /// width_half / (2 K) times its FLOPs at the sustained rate: tiles that are cut off, waves that
  /// are not full.
  Sourced<double> product_tokens_half = {.value = 230};
  Sourced<double> product_width_half = {.value = 90};
  /// Share of the element-wise traffic that fused kernels leave; about 0.8 for an eager framework.
  Sourced<double> elementwise_share = {.value = 0.3};
  /// Beside the time of a layer, for one whose mixer scans: its kernels are many and small.
  Sourced<Seconds> scan_launch = {.value = Seconds::in_base_units(2e-3)};
  /// Once for each expert that a chip holds, each layer and micro-batch, forward and backward
  /// together: its products and quantisation are kernels of their own.
  Sourced<Seconds> expert_launch = {.value = Seconds::in_base_units(100e-6)};
  /// Of what experts' tokens move in their permutation, activation and quantisation, the multiple
  /// of what dense layers' fusion leaves: newer versions fuse more of it.
  Sourced<double> expert_traffic = {.value = 1.0};
  /// Times that the inputs of a linear attention pass: its scan works in chunks, and again for the
  /// states.
  Sourced<double> scan_passes = {.value = 2.1};
  /// Per element of a product's input and pass, 8 bits or fewer.
  Sourced<Bytes> quantisation_traffic = {.value = Bytes::in_base_units(8.5)};
  /// Share of a layer's forward pass that selective recompute runs again, beside scores that were
  /// not kept: none where it means only these.
  Sourced<double> selective_recompute = {.value = 0.0};
  /// Of the step, for each doubling of chips beyond eight.
  Sourced<double> scale_loss = {.value = 0.002};
  /// The attention kernel keeps no scores; else 10 bytes a score pass through HBM in each pass.
  bool fused_attention = true;
};

}  // namespace offtake::hardware
