#include "offtake/perf/training_rates.hpp"

namespace offtake::perf {

namespace {

using hardware::NumericFormat;

struct ProductRate {
  ComputeRate peak;
  ComputeRate sustained;
};

std::optional<ProductRate> product_rate(const hardware::System& system, NumericFormat stored) {
  const std::optional<NumericFormat> format = hardware::multiply_format(system.chip, stored);
  if (!format) return std::nullopt;
  const hardware::FormatTable<Sourced<double>>& shares = system.training.sustained.gemm;
  const Sourced<double>* share = shares.find(*format);
  if (share == nullptr) share = shares.find(NumericFormat::kBf16);
  if (share == nullptr) return std::nullopt;
  const ComputeRate peak = system.chip.compute_peak.find(*format)->value;
  return ProductRate{.peak = peak, .sustained = peak * share->value};
}

}  // namespace

StepTraits step_traits(const hardware::StepTraits& traits) {
  const hardware::ExposedShares& exposed = traits.exposed;
  return {.exposed = {.tensor = exposed.tensor.value,
                      .context = exposed.context.value,
                      .expert = exposed.expert.value,
                      .pipeline = exposed.pipeline.value,
                      .data = exposed.data.value,
                      .sharded = exposed.sharded.value},
          .product_tokens_half = traits.product_tokens_half.value,
          .product_width_half = traits.product_width_half.value,
          .elementwise_share = traits.elementwise_share.value,
          .scan_launch = traits.scan_launch.value,
          .expert_launch = traits.expert_launch.value,
          .expert_traffic = traits.expert_traffic.value,
          .scan_passes = traits.scan_passes.value,
          .quantisation_traffic = traits.quantisation_traffic.value,
          .selective_recompute = traits.selective_recompute.value,
          .scale_loss = traits.scale_loss.value,
          .fused_attention = traits.fused_attention};
}

std::optional<TrainingRates> training_rates(const hardware::System& system, NumericFormat format) {
  const std::optional<ProductRate> product = product_rate(system, format);
  const std::optional<ProductRate> product_16bit = product_rate(system, NumericFormat::kBf16);
  if (!product || !product_16bit) return std::nullopt;
  const hardware::SustainedFractions& sustained = system.training.sustained;
  const hardware::FixedCosts& fixed = system.training.fixed;
  TrainingRates rates{
      .peak = product->peak,
      .product = product->sustained,
      .expert = product->peak * sustained.expert_gemm.value,
      .product_16bit = product_16bit->sustained,
      .attention = product_16bit->peak * sustained.attention_prefill.value,
      .memory = system.chip.hbm_bandwidth.value * sustained.hbm_weights.value,
      .layer = fixed.layer.value,
      .expert_layer = fixed.moe_layer.value,
      .step = fixed.step.value,
      .product_by_size = sustained.gemm_by_size,
      .network = sustained_network(system, system.training),
      .traits = step_traits(system.training.step),
      .scale_up_compute_share = system.scale_up.compute_share.value,
  };
  if (system.scale_out) rates.scale_out_compute_share = system.scale_out->compute_share.value;
  return rates;
}

}  // namespace offtake::perf
