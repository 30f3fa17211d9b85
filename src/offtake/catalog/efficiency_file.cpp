#include "offtake/catalog/efficiency_file.hpp"

#include <optional>
#include <string>
#include <vector>

#include "offtake/base/expects.hpp"
#include "offtake/catalog/efficiency_curve_file.hpp"
#include "offtake/catalog/sourced_figure.hpp"

namespace offtake::catalog {
namespace {

using hardware::EfficiencyCurve;
using hardware::NumericFormat;

/// The layers of one efficiency, asked together.
class Layers {
 public:
  Layers(std::span<const yaml::ObjectReader> layers, yaml::Evidence evidence)
      : layers_(layers), evidence_(evidence) {
    expects(!layers.empty(), "an efficiency has at least one layer");
  }

  /// The value of the first layer that has it. All are asked, so that a figure which another layer
  /// overrides does not look like an unknown key.
  std::optional<yaml::Value> find(const std::string& path) const {
    std::optional<yaml::Value> first;
    for (const yaml::ObjectReader& layer : layers_) {
      auto value = layer.find(path);
      if (value && !first) first = std::move(value);
    }
    return first;
  }
  /// The same, and a problem of the last layer when none has it.
  yaml::Value at(const std::string& path) const {
    auto value = find(path);
    return value ? *std::move(value) : layers_.back().at(path);
  }

  Sourced<double> share(const std::string& path) const {
    return sourced_share(at(path), evidence_);
  }
  Sourced<Seconds> time(const std::string& path) const {
    return sourced_positive<Seconds>(at(path), "3 us", evidence_);
  }
  template <class Q>
  Sourced<Q> positive(const std::string& path, std::string_view example) const {
    return sourced_positive<Q>(at(path), example, evidence_);
  }
  template <class Q>
  Sourced<Q> above_zero(const std::string& path, std::string_view example) const {
    const auto figure = positive<Q>(path, example);
    if (find(path) && figure.value == Q{}) at(path).reject("a figure above zero");
    return figure;
  }
  /// A share that leaves something.
  Sourced<double> part(const std::string& path) const {
    const auto figure = share(path);
    if (figure.value == 1.0) at(path).reject("a share below 100%");
    return figure;
  }
  Sourced<double> deviation(const std::string& path) const {
    return sourced_positive<double>(at(path), "15%", evidence_);
  }

  hardware::FormatTable<Sourced<double>> gemm(const hardware::Chip& chip) const {
    hardware::FormatTable<Sourced<double>> shares;
    for (const NumericFormat format : hardware::numeric_formats()) {
      const std::optional<yaml::Value> share = gemm_value(format);
      if (chip.compute_peak.find(format) == nullptr) continue;
      shares.set(format, sourced_share(share ? *share : layers_.back().at("/sustained/gemm/any"),
                                       evidence_));
    }
    return shares;
  }

  template <class Q>
  std::optional<EfficiencyCurve> curve(const std::string& path, std::string_view example) const {
    const auto list = find(path);
    if (!list) return std::nullopt;
    return read_efficiency_curve<Q>(*list, example);
  }

 private:
  /// A layer's own figure for the format comes before its figure for any, and that before the next
  /// layer's.
  std::optional<yaml::Value> gemm_value(NumericFormat format) const {
    std::optional<yaml::Value> first;
    for (const yaml::ObjectReader& layer : layers_) {
      auto own = layer.find("/sustained/gemm/" + std::string(hardware::name(format)));
      auto any = layer.find("/sustained/gemm/any");
      if (!first) first = own ? std::move(own) : std::move(any);
    }
    return first;
  }

  std::span<const yaml::ObjectReader> layers_;
  yaml::Evidence evidence_;
};

hardware::Reliability read_reliability(const Layers& layers) {
  return {.failure_rate =
              layers.positive<ChipRate>("/reliability/failure_rate", "0.17 failures/chip/year"),
          .restart = layers.positive<Seconds>("/reliability/restart", "10 min"),
          .checkpoint_bandwidth =
              layers.above_zero<Bandwidth>("/reliability/checkpoint_bandwidth", "0.12 GB/s"),
          .checkpoint_stall = layers.share("/reliability/checkpoint_stall"),
          .evaluation = layers.part("/reliability/evaluation"),
          .maintenance = layers.part("/reliability/maintenance")};
}

hardware::SustainedFractions read_sustained(const Layers& layers, const hardware::Chip& chip) {
  return {.gemm = layers.gemm(chip),
          .expert_gemm = layers.share("/sustained/expert_gemm"),
          .attention_prefill = layers.share("/sustained/attention_prefill"),
          .hbm_weights = layers.share("/sustained/hbm_weights"),
          .hbm_kv = layers.share("/sustained/hbm_kv"),
          .collective_scale_up = layers.share("/sustained/collective_scale_up"),
          .collective_scale_out = layers.share("/sustained/collective_scale_out"),
          .gemm_by_size = layers.curve<Flops>("/sustained/gemm_by_size", "128 GFLOP"),
          .hbm_by_size = layers.curve<Bytes>("/sustained/hbm_by_size", "100 MB")};
}

hardware::StepError read_step_error(const Layers& layers) {
  constexpr double kMixtureOverDense = 1.6;  // Of the left-out errors of published runs.
  hardware::StepError error{.dense = layers.deviation("/error/training_step"), .mixture = {}};
  error.mixture = error.dense;
  error.mixture.value *= kMixtureOverDense;
  return error;
}

/// Each keeps its default where no layer states it.
hardware::StepTraits read_step_traits(const Layers& layers) {
  hardware::StepTraits traits;
  const auto share = [&](const std::string& path, Sourced<double>& figure) {
    if (layers.find(path)) figure = layers.share(path);
  };
  share("/exposed/tensor", traits.exposed.tensor);
  share("/exposed/context", traits.exposed.context);
  share("/exposed/expert", traits.exposed.expert);
  share("/exposed/pipeline", traits.exposed.pipeline);
  share("/exposed/data", traits.exposed.data);
  share("/exposed/sharded", traits.exposed.sharded);
  share("/elementwise_share", traits.elementwise_share);
  share("/selective_recompute", traits.selective_recompute);
  share("/scale_loss", traits.scale_loss);
  const auto multiple = [&](const std::string& path, Sourced<double>& figure) {
    if (layers.find(path)) figure = layers.deviation(path);
  };
  multiple("/product_tokens_half", traits.product_tokens_half);
  multiple("/product_width_half", traits.product_width_half);
  multiple("/expert_traffic", traits.expert_traffic);
  multiple("/scan_passes", traits.scan_passes);
  const auto time = [&](const std::string& path, Sourced<Seconds>& figure) {
    if (layers.find(path)) figure = layers.time(path);
  };
  time("/expert_launch", traits.expert_launch);
  time("/scan_launch", traits.scan_launch);
  if (layers.find("/quantisation_traffic")) {
    traits.quantisation_traffic = layers.positive<Bytes>("/quantisation_traffic", "8.5 B");
  }
  if (const auto fused = layers.find("/fused_attention")) traits.fused_attention = fused->flag();
  return traits;
}

}  // namespace

hardware::Efficiency read_efficiency(std::span<const yaml::ObjectReader> readers,
                                     std::string_view stack, const hardware::Chip& chip,
                                     Purpose purpose, yaml::Evidence evidence) {
  const Layers layers(readers, evidence);
  hardware::Efficiency efficiency;
  efficiency.stack = stack;
  efficiency.sustained = read_sustained(layers, chip);
  efficiency.fixed.op = layers.time("/fixed/op");
  efficiency.fixed.layer = layers.time("/fixed/layer");
  efficiency.fixed.moe_layer = layers.time("/fixed/moe_layer");
  efficiency.fixed.step = layers.time("/fixed/step");
  if (purpose == Purpose::kServing) {
    efficiency.sustained.dequantised = layers.share("/sustained/dequantised");
    efficiency.ageing = layers.deviation("/ageing");
    efficiency.sustained.hbm_activations = layers.share("/sustained/hbm_activations");
    efficiency.fixed.collective = layers.time("/fixed/collective");
    efficiency.fixed.sequence = layers.time("/fixed/sequence");
    efficiency.fixed.launch = layers.time("/fixed/launch");
    efficiency.expert_skew = layers.share("/expert_skew");
    efficiency.expert_gather = layers.deviation("/expert_gather");
    efficiency.fixed.request = layers.time("/fixed/request");
    efficiency.prefill_overlap = layers.share("/prefill_overlap");
    efficiency.fixed.first_wave = layers.time("/fixed/first_wave");
    efficiency.prefill_fused = layers.share("/prefill_fused");
    efficiency.wave_overlap = layers.share("/wave_overlap");
    efficiency.prompt_queue = layers.deviation("/prompt_queue");
    efficiency.output_reserved = layers.share("/output_reserved");
    efficiency.error.throughput = layers.deviation("/error/throughput");
    efficiency.error.tpot = layers.deviation("/error/tpot");
    efficiency.error.ttft = layers.deviation("/error/ttft");
    efficiency.error_of_new_model = efficiency.error;
    efficiency.error_of_speculation = efficiency.error;
    efficiency.error_of_pools = efficiency.error;
    efficiency.error_of_search = efficiency.error;
  } else {
    efficiency.step = read_step_traits(layers);
    efficiency.step_error = read_step_error(layers);
    efficiency.step_error_of_new_model = efficiency.step_error;
    efficiency.reliability = read_reliability(layers);
  }
  return efficiency;
}

}  // namespace offtake::catalog
