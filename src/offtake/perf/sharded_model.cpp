#include "offtake/perf/sharded_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "offtake/model/parameter_count.hpp"
#include "offtake/perf/expert_load.hpp"

namespace offtake::perf {
namespace {

using hardware::NumericFormat;

bool is_four_bit(NumericFormat format) {
  return format == NumericFormat::kMxfp4 || format == NumericFormat::kNvfp4 ||
         format == NumericFormat::kInt4;
}

/// Weights of one attention layer that a tensor rank holds: projections that serve all heads in
/// full, and keys and values twice where there are more ranks than key heads.
double attention_parameters_of_rank(const model::Attention& attention, int hidden, int tensor) {
  const double all = model::attention_parameters(attention, hidden);
  if (const auto* grouped = std::get_if<model::GroupedQueryAttention>(&attention)) {
    const double keys = 2.0 * hidden * grouped->kv_heads * grouped->head_dim;
    return (all - keys) / tensor + keys / std::min(tensor, grouped->kv_heads);
  }
  const double shared = model::shared_projection_parameters(attention, hidden);
  return shared + (all - shared) / tensor;
}

/// Heads with the padded ones, over those of the model.
double head_padding(const model::Attention& attention, int tensor) {
  const int heads = model::query_heads(attention);
  if (heads == 0) return 1.0;
  const int of_rank = (heads + tensor - 1) / tensor;
  return static_cast<double>(of_rank) * tensor / heads;
}

/// A token is read, copied beside those of its expert, widened and narrowed, and added to its sum:
/// 4 h + 4 width bytes of 16-bit elements, times 1 / experts' ranks on one chip, where the width is
/// cut over the others.
Bytes expert_activations(const model::MixtureOfExperts& mixture, int hidden,
                         const ServingLayout& layout) {
  const double cut = static_cast<double>(layout.chips_per_stage()) / layout.expert;
  return Bytes::in_base_units((4.0 * hidden + 4.0 * mixture.width / cut) / layout.expert);
}

/// Attention and feed-forward each add and normalise (read two, write two of the width h), and a
/// product reads h and another writes it: 6 h elements of 16 bits a token, in full on every tensor
/// rank. Heads' and inner widths, cut over the ranks, are left out.
Bytes activations_of(const ShardedLayer& layer, int hidden) {
  const int parts = (layer.has_attention ? 1 : 0) + (layer.has_feed_forward ? 1 : 0);
  return Bytes::in_base_units(parts * 6.0 * 2.0 * hidden);
}

/// Kernels that route, permute, multiply and combine the tokens of routed experts.
constexpr double kExpertKernels = 8.0;

/// Kernels of a layer that a captured graph starts one after another: products, norms, rotary
/// positions with the write to the cache, attention, activations, the router. Counted from the
/// decoders of vLLM and TensorRT-LLM; those of routed experts are in FixedCosts::moe_layer.
double kernels_of(const model::LayerGroup& group) {
  struct OfAttention {
    double operator()(const model::GroupedQueryAttention&) const { return 5.0; }
    double operator()(const model::LatentAttention& a) const { return a.indexer ? 14.0 : 9.0; }
    double operator()(const model::CompressedAttention&) const { return 14.0; }
    double operator()(const model::LinearAttention&) const { return 6.0; }
    double operator()(const model::NoAttention&) const { return 0.0; }
  };
  struct OfFeedForward {
    double operator()(const model::DenseFeedForward&) const { return 4.0; }
    double operator()(const model::MixtureOfExperts& m) const {
      return m.shared_width > 0 ? 6.0 : 3.0;
    }
    double operator()(const model::NoFeedForward&) const { return 0.0; }
  };
  return std::visit(OfAttention{}, group.attention) +
         std::visit(OfFeedForward{}, group.feed_forward);
}

/// Kernels that turn inputs of products into eight bits. Mixtures in eight bits have a scale for
/// each block of 128, which needs the largest value of the block at run time: one kernel for each
/// input of a product that the chip multiplies in eight bits. Scales of a whole tensor, which dense
/// models have, are known before and are applied by the kernel that writes the input; and so are
/// those of four bits by the kernels of norms and activations.
double quantising_kernels(const model::LayerGroup& group, const hardware::Chip& chip,
                          const PartFormats& formats) {
  struct InputsOfAttention {
    double operator()(const model::GroupedQueryAttention&) const { return 2.0; }
    double operator()(const model::LatentAttention& a) const {
      return a.query_rank > 0 ? 3.0 : 2.0;
    }
    double operator()(const model::CompressedAttention& a) const {
      return (a.query_rank > 0 ? 2.0 : 1.0) + (a.output_rank > 0 ? 2.0 : 1.0);
    }
    double operator()(const model::LinearAttention&) const { return 2.0; }
    double operator()(const model::NoAttention&) const { return 0.0; }
  };
  const auto* mixture = std::get_if<model::MixtureOfExperts>(&group.feed_forward);
  const bool dense = std::holds_alternative<model::DenseFeedForward>(group.feed_forward) ||
                     (mixture != nullptr && mixture->shared_width > 0);
  const auto in_eight_bits = [&](NumericFormat stored) {
    const auto format = multiply_format(chip, stored);
    return format && element_size(*format) == element_size(NumericFormat::kFp8);
  };
  double kernels = 0.0;
  if (in_eight_bits(formats.attention)) {
    kernels += std::visit(InputsOfAttention{}, group.attention);
  }
  if (dense && in_eight_bits(formats.dense)) kernels += 2.0;
  if (mixture != nullptr && in_eight_bits(formats.experts)) kernels += 2.0;
  return kernels;
}

ShardedLayer shard_layer(const model::LayerGroup& group, const model::ModelArchitecture& model,
                         const hardware::Chip& chip, const ServingLayout& layout,
                         const PartFormats& formats) {
  const model::LayerParameters weights = model::layer_parameters(group, model.hidden);
  const double chips = layout.chips_per_stage();
  const double attention =
      attention_parameters_of_rank(group.attention, model.hidden, layout.tensor) *
      head_padding(group.attention, layout.tensor);
  const double output = model::output_projection_parameters(group.attention, model.hidden) /
                        layout.tensor * head_padding(group.attention, layout.tensor);
  ShardedLayer layer{
      .layers = group.layers,
      .attention = group.attention,
      .cache_cut =
          static_cast<double>(std::min(layout.tensor, model::kv_cache_heads(group.attention))),
      .attention_weights = (attention - output) * element_size(formats.attention),
      .attention_flops = Flops::in_base_units(2.0 * (attention - output)),
      .output_weights = output * element_size(formats.attention_output),
      .output_flops = Flops::in_base_units(2.0 * output),
      .has_attention = !std::holds_alternative<model::NoAttention>(group.attention),
      .dense_weights = (weights.dense + weights.router) / chips * element_size(formats.dense),
      .dense_flops = Flops::in_base_units(2.0 * (weights.dense + weights.router) / chips),
      .has_feed_forward = !std::holds_alternative<model::NoFeedForward>(group.feed_forward),
      .kernels = kernels_of(group),
  };
  if (model::has_experts(model)) layer.kernels += quantising_kernels(group, chip, formats);
  layer.kernels_eager = layer.kernels;
  layer.activations = activations_of(layer, model.hidden);
  if (const auto* dense = std::get_if<model::DenseFeedForward>(&group.feed_forward)) {
    layer.dense_width = dense->width;
    layer.dense_gated = dense->gated;
  }
  if (const auto* mixture = std::get_if<model::MixtureOfExperts>(&group.feed_forward)) {
    const Bytes element = model.expert_bytes_per_parameter
                              ? Bytes::in_base_units(*model.expert_bytes_per_parameter)
                              : element_size(formats.experts);
    layer.mixture = *mixture;
    layer.dense_width = mixture->shared_width;
    layer.dense_gated = mixture->gated;
    layer.expert_weights = weights.expert / chips * element;
    layer.expert_flops = Flops::in_base_units(2.0 * weights.expert / chips);
    layer.kernels_eager += kExpertKernels;
    layer.expert_activations = expert_activations(*mixture, model.hidden, layout);
  }
  return layer;
}

/// The first rule that the cut breaks.
std::optional<std::string> broken_rule(const model::ModelArchitecture& model,
                                       const ServingLayout& layout, bool pad_heads) {
  if (layout.pipeline > model.layers()) {
    return fmt::format("{} stages for {} layers", layout.pipeline, model.layers());
  }
  for (const model::LayerGroup& group : model.groups) {
    const int heads = model::query_heads(group.attention);
    if (heads % layout.tensor != 0 && !pad_heads) {
      return fmt::format("{} heads do not divide over {} ranks", heads, layout.tensor);
    }
    const auto* mixture = std::get_if<model::MixtureOfExperts>(&group.feed_forward);
    if (mixture != nullptr && mixture->experts % layout.expert != 0 && !pad_heads) {
      return fmt::format("{} experts do not divide over {} ranks", mixture->experts, layout.expert);
    }
  }
  if (layout.expert > 1 && !model::has_experts(model)) return "the model has no experts";
  if (layout.chips_per_stage() % layout.expert != 0) {
    return fmt::format("{} chips do not divide into {} expert ranks", layout.chips_per_stage(),
                       layout.expert);
  }
  return std::nullopt;
}

/// Whether chip and stack have a rate for products of weights stored so.
bool multiplies(const hardware::System& system, NumericFormat stored) {
  const auto format = multiply_format(system.chip, stored);
  return format && system.serving.sustained.gemm.find(*format) != nullptr;
}

SustainedRates expert_rates(const hardware::System& system, NumericFormat stored) {
  SustainedRates rates = gemm_rates(system.chip, system.serving, stored);
  const hardware::SustainedFractions& sustained = system.serving.sustained;
  const auto sixteen_bits = *multiply_format(system.chip, NumericFormat::kBf16);
  rates.compute *= sustained.expert_gemm.value / sustained.gemm.find(sixteen_bits)->value;
  return rates;
}

/// Attention runs on 16-bit operands whatever the weights are.
SustainedRates attention_rates(const hardware::System& system, double hbm_fraction) {
  const auto format = *multiply_format(system.chip, NumericFormat::kBf16);
  return {.compute = system.chip.compute_peak.find(format)->value *
                     system.serving.sustained.attention_prefill.value,
          .memory = system.chip.hbm_bandwidth.value * hbm_fraction,
          .fixed = {}};
}

bool has_place(const ShardedModel& sharded) {
  const Bytes probe = Bytes::in_base_units(1.0);
  return collective_cost(CollectiveKind::kAllReduce, probe, sharded.tensor_group, sharded.network)
             .has_value() &&
         collective_cost(CollectiveKind::kAllToAll, probe, sharded.stage_group, sharded.network)
             .has_value() &&
         (!sharded.stages_cross_domains || sharded.network.scale_out.has_value());
}

}  // namespace

PartFormats part_formats(const model::ModelArchitecture& model, NumericFormat weights) {
  PartFormats formats{
      .attention = weights, .attention_output = weights, .dense = weights, .experts = weights};
  if (is_four_bit(weights) && model::has_experts(model)) {
    formats.attention = NumericFormat::kBf16;
    const bool output = model.nvfp4_attention_output && weights == NumericFormat::kNvfp4;
    if (!output) formats.attention_output = NumericFormat::kBf16;
  }
  if (model.expert_bytes_per_parameter && *model.expert_bytes_per_parameter < 1.0) {
    formats.experts = NumericFormat::kMxfp4;
  }
  return formats;
}

std::expected<ShardedModel, LayoutRefused> shard(const model::ModelArchitecture& model,
                                                 const hardware::System& system,
                                                 const ServingLayout& layout,
                                                 const ServingAssumptions& assumptions) {
  if (auto rule = broken_rule(model, layout, assumptions.pad_heads)) {
    return std::unexpected(LayoutRefused{*rule});
  }
  const PartFormats formats = part_formats(model, layout.weights);
  for (const NumericFormat stored : {NumericFormat::kBf16, formats.attention,
                                     formats.attention_output, formats.dense, formats.experts}) {
    if (!multiplies(system, stored)) {
      return std::unexpected(
          LayoutRefused{fmt::format("{} has no rate for {}", system.id, name(stored))});
    }
  }
  const hardware::Efficiency& stack = system.serving;
  const double table = static_cast<double>(model.hidden) * model.vocabulary / layout.tensor;
  const int domain = system.scale_up.chips;
  ShardedModel sharded{
      .layout = layout,
      .assumptions = assumptions,
      .formats = formats,
      .hidden = model.hidden,
      .layers = model.layers(),
      .tied_embeddings = model.tied_embeddings,
      .logits_weights = table * element_size(NumericFormat::kBf16),
      .logits_flops = Flops::in_base_units(2.0 * table),
      .attention_rates = gemm_rates(system.chip, stack, formats.attention),
      .output_rates = gemm_rates(system.chip, stack, formats.attention_output),
      .dense_rates = gemm_rates(system.chip, stack, formats.dense),
      .expert_rates = expert_rates(system, formats.experts),
      .logits_rates = gemm_rates(system.chip, stack, NumericFormat::kBf16),
      .decode_rates = attention_rates(system, stack.sustained.hbm_kv.value),
      .prefill_rates = attention_rates(system, stack.sustained.hbm_weights.value),
      .activation_rate = system.chip.hbm_bandwidth.value * stack.sustained.hbm_activations.value,
      .kv_element = element_size(layout.kv_cache),
      .network = sustained_network(system, stack),
      .tensor_group = place_group(layout.tensor, 1, domain),
      .stage_group = place_group(layout.chips_per_stage(), 1, domain),
      .stages_cross_domains = layout.chips() > domain,
      .fixed = stack.fixed,
      .prefill_overlap = stack.prefill_overlap.value,
      .wave_overlap = stack.wave_overlap.value,
      .prefill_fused = stack.prefill_fused.value,
      .prompt_queue = stack.prompt_queue.value,
      .expert_gather = stack.expert_gather.value,
      .expert_load = expert_load(layout.expert, stack.expert_skew.value)};
  if (!assumptions.kv_output_held) {
    sharded.assumptions.kv_output_held = stack.output_reserved.value;
  }
  for (const model::LayerGroup& group : model.groups) {
    sharded.groups.push_back(shard_layer(group, model, system.chip, layout, formats));
  }
  if (!has_place(sharded)) {
    return std::unexpected(LayoutRefused{fmt::format("no place on the network for {} x {} chips",
                                                     layout.chips_per_stage(), layout.pipeline)});
  }
  return sharded;
}

}  // namespace offtake::perf
