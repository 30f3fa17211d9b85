#include "offtake/hardware/fitted_figure.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace offtake::hardware {
namespace {

constexpr double kShareLeast = 0.01;
constexpr double kTimeLeast = 1e-7;  ///< Seconds or times: one of nought could not be moved.

template <auto Member>
double sustained(const System& system) {
  return (system.serving.sustained.*Member).value;
}
template <auto Member>
void set_sustained(System& system, double value) {
  (system.serving.sustained.*Member).value = value;
}
template <auto Member>
double fixed(const System& system) {
  return (system.serving.fixed.*Member).value.base_units();
}
template <auto Member>
void set_fixed(System& system, double value) {
  (system.serving.fixed.*Member).value = Seconds::in_base_units(value);
}

template <NumericFormat Format>
double gemm(const System& system) {
  const Sourced<double>* share = system.serving.sustained.gemm.find(Format);
  return share == nullptr ? 0.5 : share->value;
}
/// A chip that does not multiply the format has no figure to set.
template <NumericFormat... Formats>
void set_gemm(System& system, double value) {
  const auto set = [&](NumericFormat format) {
    const Sourced<double>* share = system.serving.sustained.gemm.find(format);
    if (share == nullptr) return;
    Sourced<double> moved = *share;
    moved.value = value;
    system.serving.sustained.gemm.set(format, moved);
  };
  (set(Formats), ...);
}

template <auto Member>
double policy(const System& system) {
  return (system.serving.*Member).value;
}
template <auto Member>
void set_policy(System& system, double value) {
  (system.serving.*Member).value = value;
}

double memory_share(const System& system) { return system.memory_share.value; }
void set_memory_share(System& system, double value) { system.memory_share.value = value; }

using Fractions = SustainedFractions;
using Costs = FixedCosts;

constexpr std::array kFigures{
    FittedFigure{"/sustained/gemm/any", FigureUnit::kShare, 0.3, 0.2, gemm<NumericFormat::kBf16>,
                 set_gemm<NumericFormat::kBf16, NumericFormat::kFp16>},
    FittedFigure{"/sustained/gemm/fp8", FigureUnit::kShare, 0.3, 0.2, gemm<NumericFormat::kFp8>,
                 set_gemm<NumericFormat::kFp8, NumericFormat::kMxfp8, NumericFormat::kInt8>},
    FittedFigure{"/sustained/gemm/nvfp4", FigureUnit::kShare, 0.4, 0.2, gemm<NumericFormat::kNvfp4>,
                 set_gemm<NumericFormat::kNvfp4, NumericFormat::kMxfp4>},
    FittedFigure{"/sustained/expert_gemm", FigureUnit::kShare, 0.5, 0.25,
                 sustained<&Fractions::expert_gemm>, set_sustained<&Fractions::expert_gemm>},
    FittedFigure{"/sustained/attention_prefill", FigureUnit::kShare, 0.3, 0.0,
                 sustained<&Fractions::attention_prefill>,
                 set_sustained<&Fractions::attention_prefill>},
    FittedFigure{"/sustained/hbm_weights", FigureUnit::kShare, 0.4, 0.2,
                 sustained<&Fractions::hbm_weights>, set_sustained<&Fractions::hbm_weights>},
    FittedFigure{"/sustained/hbm_kv", FigureUnit::kShare, 0.5, 0.25, sustained<&Fractions::hbm_kv>,
                 set_sustained<&Fractions::hbm_kv>},
    FittedFigure{"/sustained/hbm_activations", FigureUnit::kShare, 0.5, 0.0,
                 sustained<&Fractions::hbm_activations>,
                 set_sustained<&Fractions::hbm_activations>},
    FittedFigure{"/sustained/dequantised", FigureUnit::kShare, 0.6, 0.0,
                 sustained<&Fractions::dequantised>, set_sustained<&Fractions::dequantised>},
    FittedFigure{"/sustained/collective_scale_up", FigureUnit::kShare, 0.5, 0.2,
                 sustained<&Fractions::collective_scale_up>,
                 set_sustained<&Fractions::collective_scale_up>},
    FittedFigure{"/fixed/op", FigureUnit::kTime, 0.4, 0.2, fixed<&Costs::op>,
                 set_fixed<&Costs::op>},
    FittedFigure{"/fixed/moe_layer", FigureUnit::kTime, 0.4, 0.25, fixed<&Costs::moe_layer>,
                 set_fixed<&Costs::moe_layer>},
    FittedFigure{"/fixed/collective", FigureUnit::kTime, 0.5, 0.3, fixed<&Costs::collective>,
                 set_fixed<&Costs::collective>},
    FittedFigure{"/fixed/step", FigureUnit::kTime, 0.8, 0.4, fixed<&Costs::step>,
                 set_fixed<&Costs::step>},
    FittedFigure{"/fixed/sequence", FigureUnit::kTime, 0.5, 0.3, fixed<&Costs::sequence>,
                 set_fixed<&Costs::sequence>},
    FittedFigure{"/fixed/launch", FigureUnit::kTime, 0.5, 0.3, fixed<&Costs::launch>,
                 set_fixed<&Costs::launch>},
    FittedFigure{"/fixed/request", FigureUnit::kTime, 0.8, 0.5, fixed<&Costs::request>,
                 set_fixed<&Costs::request>},
    FittedFigure{"/fixed/first_wave", FigureUnit::kTime, 1.0, 0.7, fixed<&Costs::first_wave>,
                 set_fixed<&Costs::first_wave>},
    FittedFigure{"/prefill_overlap", FigureUnit::kShare, 0.8, 0.3,
                 policy<&Efficiency::prefill_overlap>, set_policy<&Efficiency::prefill_overlap>},
    FittedFigure{"/prefill_fused", FigureUnit::kShare, 1.5, 0.0, policy<&Efficiency::prefill_fused>,
                 set_policy<&Efficiency::prefill_fused>},
    FittedFigure{"/wave_overlap", FigureUnit::kShare, 1.0, 0.3, policy<&Efficiency::wave_overlap>,
                 set_policy<&Efficiency::wave_overlap>},
    FittedFigure{"/expert_skew", FigureUnit::kShare, 0.6, 0.0, policy<&Efficiency::expert_skew>,
                 set_policy<&Efficiency::expert_skew>},
    FittedFigure{"/prompt_queue", FigureUnit::kMultiple, 1.0, 0.7,
                 policy<&Efficiency::prompt_queue>, set_policy<&Efficiency::prompt_queue>},
    FittedFigure{"/output_reserved", FigureUnit::kShare, 0.6, 0.0,
                 policy<&Efficiency::output_reserved>, set_policy<&Efficiency::output_reserved>},
    FittedFigure{"/memory/share", FigureUnit::kShare, 0.3, 0.0, memory_share, set_memory_share},
    FittedFigure{"/ageing", FigureUnit::kMultiple, 0.8, 0.0, policy<&Efficiency::ageing>,
                 set_policy<&Efficiency::ageing>},
};

}  // namespace

double FittedFigure::to_free(double value) const {
  if (unit != FigureUnit::kShare) return std::log(std::max(value, kTimeLeast));
  const double share = std::clamp(value, kShareLeast, 1.0 - kShareLeast);
  return std::log(share / (1.0 - share));
}

double FittedFigure::from_free(double free) const {
  return unit == FigureUnit::kShare ? 1.0 / (1.0 + std::exp(-free)) : std::exp(free);
}

std::span<const FittedFigure> serving_figures() { return kFigures; }

}  // namespace offtake::hardware
