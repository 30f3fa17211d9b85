#pragma once

#include <optional>

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/perf/sustained_domain.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// hardware::StepTraits without their sources.
struct StepTraits {
  struct Exposed {
    double tensor;
    double context;
    double expert;
    double pipeline;
    double data;
    double sharded;
  };
  Exposed exposed;
  double product_tokens_half;
  double product_width_half;
  double elementwise_share;
  Seconds scan_launch;
  Seconds expert_launch;
  double expert_traffic;
  double scan_passes;
  Bytes quantisation_traffic;
  double selective_recompute;
  double scale_loss;
  bool fused_attention;
};

StepTraits step_traits(const hardware::StepTraits& traits);

/// What a system sustains in training, from its chip's peaks and its training stack's efficiency.
struct TrainingRates {
  ComputeRate peak;           ///< Of the job's format, by the data sheet: the denominator of MFU.
  ComputeRate product;        ///< Large products of the layers.
  ComputeRate expert;         ///< Grouped products of experts.
  ComputeRate product_16bit;  ///< Of the output layer.
  ComputeRate attention;      ///< Scores and values, 16-bit.
  Bandwidth memory;
  /// Once for a layer and micro-batch, forward and backward together: launches and gaps.
  Seconds layer;
  Seconds expert_layer;  ///< A layer with experts, more.
  Seconds step;          ///< Once in a step: data loading, logging, barriers.
  /// When present, takes the place of the size terms of a product.
  std::optional<hardware::EfficiencyCurve> product_by_size;
  SustainedNetwork network;
  StepTraits traits;
  double scale_up_compute_share = 0;   ///< Of the chip, taken by a collective that runs meanwhile.
  double scale_out_compute_share = 0;  ///< The same, between domains.
};

/// Nothing when the chip multiplies neither the format nor a wider one. Where the stack has no
/// figure for the format, it sustains the same share of the peak as in bf16.
std::optional<TrainingRates> training_rates(const hardware::System& system,
                                            hardware::NumericFormat format);

}  // namespace offtake::perf
