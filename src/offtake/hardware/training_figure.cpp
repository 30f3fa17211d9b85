#include "offtake/hardware/training_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "offtake/base/expects.hpp"

namespace offtake::hardware {
namespace {

constexpr double kShareMost = 0.98;

void scale_share(Sourced<double>& share, double multiple) {
  share.value = std::min(kShareMost, share.value * multiple);
}

template <auto Member>
void sustained(System& system, double multiple) {
  scale_share(system.training.sustained.*Member, multiple);
}

template <auto Member>
void fixed(System& system, double multiple) {
  (system.training.fixed.*Member).value = multiple * (system.training.fixed.*Member).value;
}

template <auto Member>
void exposed(System& system, double multiple) {
  // More than all of a transfer is waited for where it disturbs what runs beside it.
  (system.training.step.exposed.*Member).value *= multiple;
}

template <auto Member>
void trait(System& system, double multiple) {
  (system.training.step.*Member).value = multiple * (system.training.step.*Member).value;
}

/// A chip that does not multiply the format has no figure to scale.
void scale_gemm(System& system, NumericFormat format, double multiple) {
  const Sourced<double>* share = system.training.sustained.gemm.find(format);
  if (share == nullptr) return;
  Sourced<double> moved = *share;
  scale_share(moved, multiple);
  system.training.sustained.gemm.set(format, moved);
}

template <NumericFormat... Formats>
void gemm(System& system, double multiple) {
  (scale_gemm(system, Formats, multiple), ...);
}

/// Products of every format, those of experts too.
void all_products(System& system, double multiple) {
  for (const NumericFormat format : numeric_formats()) scale_gemm(system, format, multiple);
  scale_share(system.training.sustained.expert_gemm, multiple);
}

using Fractions = SustainedFractions;
using Costs = FixedCosts;
using Exposed = ExposedShares;

constexpr std::array kFigures{
    TrainingFigure{"products", 0.2, 0.12, 0.06, 0.15, 0.07, all_products},
    TrainingFigure{"products_fp8", 0.15, 0.0, 0.0, 0.0, 0.0, gemm<NumericFormat::kFp8>},
    TrainingFigure{"products_mxfp8", 0.15, 0.0, 0.0, 0.0, 0.0, gemm<NumericFormat::kMxfp8>},
    TrainingFigure{"products_fp4", 0.2, 0.0, 0.0, 0.0, 0.0,
                   gemm<NumericFormat::kNvfp4, NumericFormat::kMxfp4>},
    TrainingFigure{"experts", 0.3, 0.2, 0.15, 0.0, 0.0, sustained<&Fractions::expert_gemm>},
    TrainingFigure{"attention", 0.4, 0.3, 0.08, 0.2, 0.1, sustained<&Fractions::attention_prefill>},
    TrainingFigure{"memory", 0.3, 0.3, 0.1, 0.1, 0.05, sustained<&Fractions::hbm_weights>},
    TrainingFigure{"expert_traffic", 0.3, 0.2, 0.5, 0.0, 0.0, trait<&StepTraits::expert_traffic>},
    TrainingFigure{"scale_up", 0.3, 0.2, 0.0, 0.0, 0.0, sustained<&Fractions::collective_scale_up>},
    TrainingFigure{"scale_out", 0.3, 0.3, 0.0, 0.0, 0.0,
                   sustained<&Fractions::collective_scale_out>},
    TrainingFigure{"layer", 0.5, 0.5, 0.15, 0.15, 0.1, fixed<&Costs::layer>},
    TrainingFigure{"expert_layer", 0.5, 0.5, 0.5, 0.2, 0.25, fixed<&Costs::moe_layer>},
    TrainingFigure{"scan_launch", 0.7, 0.0, 0.0, 0.0, 0.0, trait<&StepTraits::scan_launch>},
    TrainingFigure{"expert_launch", 0.7, 0.4, 0.4, 0.2, 0.2, trait<&StepTraits::expert_launch>},
    TrainingFigure{"step", 0.7, 0.8, 0.4, 0.0, 0.0, fixed<&Costs::step>},
    TrainingFigure{"exposed_tensor", 0.4, 0.4, 0.0, 0.0, 0.0, exposed<&Exposed::tensor>},
    TrainingFigure{"exposed_context", 0.5, 0.0, 0.0, 0.0, 0.0, exposed<&Exposed::context>},
    TrainingFigure{"exposed_expert", 0.5, 0.3, 0.0, 0.0, 0.0, exposed<&Exposed::expert>},
    TrainingFigure{"exposed_pipeline", 0.5, 0.0, 0.0, 0.0, 0.0, exposed<&Exposed::pipeline>},
    TrainingFigure{"exposed_data", 0.5, 0.2, 0.0, 0.0, 0.0, exposed<&Exposed::data>},
    TrainingFigure{"exposed_sharded", 0.7, 0.5, 0.0, 0.0, 0.0, exposed<&Exposed::sharded>},
    TrainingFigure{"product_tokens_half", 0.5, 0.0, 0.0, 0.0, 0.0,
                   trait<&StepTraits::product_tokens_half>},
    TrainingFigure{"product_width_half", 0.5, 0.0, 0.0, 0.0, 0.0,
                   trait<&StepTraits::product_width_half>},
    TrainingFigure{"quantisation", 0.5, 0.0, 0.0, 0.0, 0.0,
                   trait<&StepTraits::quantisation_traffic>},
    TrainingFigure{"scan_passes", 0.4, 0.0, 0.0, 0.0, 0.0, trait<&StepTraits::scan_passes>},
    TrainingFigure{"scale_loss", 0.7, 0.0, 0.0, 0.0, 0.0, trait<&StepTraits::scale_loss>},
};

}  // namespace

std::span<const TrainingFigure> training_figures() { return kFigures; }

void scale_training(std::span<const double> logs, System& system) {
  expects(logs.size() == kFigures.size(), "a multiple for each figure");
  for (std::size_t i = 0; i < logs.size(); ++i) {
    if (logs[i] != 0.0) kFigures[i].scale(system, std::exp(logs[i]));
  }
}

}  // namespace offtake::hardware
