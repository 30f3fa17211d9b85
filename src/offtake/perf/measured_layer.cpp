#include "offtake/perf/measured_layer.hpp"

#include <algorithm>
#include <initializer_list>
#include <variant>

#include "offtake/perf/operation_table.hpp"

namespace offtake::perf {
namespace {

using hardware::NumericFormat;

/// Products one after another; nothing when the table lacks one.
std::optional<Seconds> gemm_times(const OperationTable& table, NumericFormat weights,
                                  std::initializer_list<GemmSize> sizes) {
  Seconds sum;
  for (const GemmSize& size : sizes) {
    const auto time = table.gemm_time(weights, size);
    if (!time) return std::nullopt;
    sum += *time;
  }
  return sum;
}

std::optional<Seconds> less(std::optional<Seconds> time, Seconds counted) {
  if (!time) return std::nullopt;
  return std::max(Seconds{}, *time - counted);
}

/// Of one rank; heads that do not divide are padded.
double heads_of_rank(int heads, int tensor) { return (heads + tensor - 1) / tensor; }

/// Whether the table's latent attention is of these dimensions, read in full.
bool is_measured(const model::LatentAttention& latent) {
  return latent.kv_rank == 512 && latent.rope_dim == 64 && latent.nope_dim == 128 &&
         latent.value_dim == 128 && !latent.indexer;
}

AttentionSize size_of(const model::GroupedQueryAttention& grouped, const ShardedModel& model,
                      const ShardedLayer& layer, double batch, double tokens) {
  return {.batch = batch,
          .tokens = tokens,
          .heads = heads_of_rank(grouped.heads, model.layout.tensor),
          .kv_heads = grouped.kv_heads / layer.cache_cut,
          .head_dim = grouped.head_dim,
          .window = grouped.window.value_or(0)};
}

LatentSize size_of(const model::LatentAttention& latent, const ShardedModel& model, double batch,
                   double tokens) {
  return {
      .batch = batch, .tokens = tokens, .heads = heads_of_rank(latent.heads, model.layout.tensor)};
}

}  // namespace

std::optional<Seconds> measured_projections(const ShardedModel& model, const ShardedLayer& layer,
                                            double tokens) {
  const OperationTable* table = model.assumptions.operations.get();
  if (table == nullptr) return std::nullopt;
  const double hidden = model.hidden;
  const NumericFormat format = model.formats.attention;
  const Seconds kernel = model.fixed.op.value;
  const auto with_output = [&](std::optional<Seconds> inputs, double width, double kernels) {
    const auto output =
        gemm_times(*table, model.formats.attention_output, {{tokens, width, hidden}});
    if (!inputs || !output) return std::optional<Seconds>{};
    return less(*inputs + *output, kernels * kernel);
  };
  if (const auto* grouped = std::get_if<model::GroupedQueryAttention>(&layer.attention)) {
    const AttentionSize size = size_of(*grouped, model, layer, 1, 1);
    const double queries_keys_values = (size.heads + 2.0 * size.kv_heads) * size.head_dim;
    return with_output(gemm_times(*table, format, {{tokens, hidden, queries_keys_values}}),
                       size.heads * size.head_dim, 2.0);
  }
  if (const auto* latent = std::get_if<model::LatentAttention>(&layer.attention)) {
    if (!is_measured(*latent) || latent->query_rank == 0) return std::nullopt;
    const double heads = heads_of_rank(latent->heads, model.layout.tensor);
    const double down = latent->query_rank + latent->kv_rank + latent->rope_dim;
    const double query = latent->nope_dim + latent->rope_dim;
    const double key_value = latent->nope_dim + latent->value_dim;
    return with_output(
        gemm_times(*table, format,
                   {{tokens, hidden, down},
                    {tokens, static_cast<double>(latent->query_rank), heads * query},
                    {tokens, static_cast<double>(latent->kv_rank), heads * key_value}}),
        heads * latent->value_dim, 4.0);
  }
  return std::nullopt;
}

std::optional<Seconds> measured_feed_forward(const ShardedModel& model, const ShardedLayer& layer,
                                             double tokens) {
  const OperationTable* table = model.assumptions.operations.get();
  if (table == nullptr) return std::nullopt;
  const double hidden = model.hidden;
  const double width = layer.dense_width / model.layout.chips_per_stage();
  const Seconds kernel = model.fixed.op.value;
  std::optional<Seconds> time = Seconds{};
  double kernels = 0.0;
  if (width > 0.0) {
    const double up = layer.dense_gated ? 2.0 * width : width;
    time = gemm_times(*table, model.formats.dense, {{tokens, hidden, up}, {tokens, width, hidden}});
    kernels += 2.0;
  }
  if (layer.mixture && time) {
    const double experts = layer.mixture->experts;
    const auto router = table->gemm_time(NumericFormat::kBf16, {tokens, hidden, experts});
    time = router ? std::optional(*time + *router) : std::nullopt;
    kernels += 1.0;
  }
  return less(time, kernels * kernel);
}

std::optional<Seconds> measured_experts(const ShardedModel& model, const ShardedLayer& layer,
                                        double tokens) {
  const OperationTable* table = model.assumptions.operations.get();
  if (table == nullptr || !layer.mixture->gated) return std::nullopt;
  const ServingLayout& layout = model.layout;
  return less(
      table->expert_time(model.formats.experts, {.tokens = tokens,
                                                 .hidden = model.hidden,
                                                 .width = layer.mixture->width,
                                                 .experts = layer.mixture->experts,
                                                 .active = layer.mixture->active,
                                                 .tensor = layout.chips_per_stage() / layout.expert,
                                                 .expert = layout.expert}),
      model.fixed.moe_layer.value);
}

std::optional<Seconds> measured_decode_attention(const ShardedModel& model,
                                                 const ShardedLayer& layer, double sequences,
                                                 double context) {
  const OperationTable* table = model.assumptions.operations.get();
  if (table == nullptr) return std::nullopt;
  const Seconds kernel = model.fixed.op.value;
  if (const auto* grouped = std::get_if<model::GroupedQueryAttention>(&layer.attention)) {
    return less(table->decode_attention_time(model.layout.kv_cache,
                                             size_of(*grouped, model, layer, sequences, context)),
                kernel);
  }
  const auto* latent = std::get_if<model::LatentAttention>(&layer.attention);
  if (latent == nullptr || !is_measured(*latent)) return std::nullopt;
  return less(
      table->latent_decode_time(model.layout.kv_cache, size_of(*latent, model, sequences, context)),
      kernel);
}

std::optional<Seconds> measured_prefill_attention(const ShardedModel& model,
                                                  const ShardedLayer& layer,
                                                  const PromptParts& parts) {
  const OperationTable* table = model.assumptions.operations.get();
  if (table == nullptr) return std::nullopt;
  const double input = parts.cached + parts.computed;
  const Seconds kernel = model.fixed.op.value;
  if (const auto* grouped = std::get_if<model::GroupedQueryAttention>(&layer.attention)) {
    return less(table->prefill_attention_time(model.layout.kv_cache,
                                              size_of(*grouped, model, layer, parts.prompts, input),
                                              parts.computed),
                kernel);
  }
  const auto* latent = std::get_if<model::LatentAttention>(&layer.attention);
  if (latent == nullptr || !is_measured(*latent)) return std::nullopt;
  return less(
      table->latent_prefill_time(model.layout.kv_cache,
                                 size_of(*latent, model, parts.prompts, input), parts.computed),
      kernel);
}

std::optional<Seconds> measured_logits(const ShardedModel& model, double sampled) {
  const OperationTable* table = model.assumptions.operations.get();
  if (table == nullptr) return std::nullopt;
  return table->gemm_time(NumericFormat::kBf16,
                          {sampled, static_cast<double>(model.hidden),
                           model.logits_flops.base_units() / 2.0 / model.hidden});
}

}  // namespace offtake::perf
