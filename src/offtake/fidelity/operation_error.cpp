#include "offtake/fidelity/operation_error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "offtake/base/quantile.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/operation_table.hpp"
#include "offtake/perf/prefill.hpp"
#include "offtake/perf/sharded_model.hpp"

namespace offtake::fidelity {
namespace {

using hardware::NumericFormat;
using measurement::OperationKind;

/// One row in ten, strewn by multiples of the golden ratio so that no column of a regular table is
/// held out whole.
bool held_out(std::size_t row) {
  constexpr double kGoldenRatio = 1.6180339887498949;
  const double turns = static_cast<double>(row) * kGoldenRatio;
  return turns - std::floor(turns) < 0.1;
}

/// One layer without a vocabulary, cut as `layout`.
std::optional<perf::ShardedModel> one_layer(const hardware::System& system, int hidden,
                                            model::LayerGroup layer,
                                            const perf::ServingLayout& layout) {
  layer.layers = 1;
  auto sharded =
      perf::shard({.hidden = hidden, .vocabulary = 1, .groups = {layer}}, system, layout);
  if (!sharded) return std::nullopt;
  return *std::move(sharded);
}

/// A dense feed-forward of two matrices is the product there and back: twice the product.
std::optional<Seconds> model_time(const hardware::System& system, NumericFormat format,
                                  const perf::GemmSize& size) {
  const auto layer =
      one_layer(system, static_cast<int>(size.inputs),
                {.attention = model::NoAttention{},
                 .feed_forward = model::DenseFeedForward{.width = static_cast<int>(size.outputs),
                                                         .gated = false}},
                {.weights = format});
  if (!layer) return std::nullopt;
  return perf::decode_cost(*layer, size.tokens, 1).feed_forward / 2.0 + layer->fixed.op.value;
}

std::optional<Seconds> model_time(const hardware::System& system, NumericFormat format,
                                  const perf::ExpertSize& size) {
  const auto layer = one_layer(
      system, size.hidden,
      {.attention = model::NoAttention{},
       .feed_forward =
           model::MixtureOfExperts{
               .experts = size.experts, .active = size.active, .width = size.width}},
      {.attention_data = size.tensor * size.expert, .expert = size.expert, .weights = format});
  if (!layer) return std::nullopt;
  return perf::decode_cost(*layer, size.tokens, 1).experts + layer->fixed.moe_layer.value;
}

model::Attention attention_of(const perf::AttentionSize& size) {
  return model::GroupedQueryAttention{
      .heads = static_cast<int>(size.heads),
      .kv_heads = static_cast<int>(size.kv_heads),
      .head_dim = size.head_dim,
      .window = size.window > 0 ? std::optional(size.window) : std::nullopt};
}

model::Attention attention_of(const perf::LatentSize& size) {
  return model::LatentAttention{.heads = static_cast<int>(size.heads), .query_rank = 1536};
}

template <class Size>
std::optional<perf::ShardedModel> attention_layer(const hardware::System& system,
                                                  NumericFormat cache, const Size& size) {
  return one_layer(system, 1024,
                   {.attention = attention_of(size), .feed_forward = model::NoFeedForward{}},
                   {.kv_cache = cache});
}

template <class Size>
std::optional<Seconds> decode_model_time(const hardware::System& system, NumericFormat cache,
                                         const Size& size) {
  const auto layer = attention_layer(system, cache, size);
  if (!layer) return std::nullopt;
  return perf::decode_cost(*layer, size.batch, size.tokens).attention + layer->fixed.op.value;
}

template <class Size>
std::optional<Seconds> prefill_model_time(const hardware::System& system, NumericFormat cache,
                                          const Size& size) {
  const auto layer = attention_layer(system, cache, size);
  if (!layer) return std::nullopt;
  return perf::prefill_cost_of_prompts(*layer, size.batch, size.tokens, 0).attention +
         layer->fixed.op.value;
}

RatioSummary summary(const std::vector<double>& ratios) {
  if (ratios.empty()) return {};
  std::vector<double> errors;
  for (const double ratio : ratios) errors.push_back(std::abs(ratio - 1.0));
  return {.rows = ratios.size(),
          .median = quantile(errors, 0.5),
          .p90 = quantile(errors, 0.9),
          .bias = quantile(ratios, 0.5) - 1.0};
}

/// The rows that are held out, or the others.
template <class Row>
std::vector<Row> part_of(const std::vector<Row>& rows, bool out) {
  std::vector<Row> result;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (held_out(i) == out) result.push_back(rows[i]);
  }
  return result;
}

/// Adds the errors of one operation by format. `model_time(format, size)` and `table_time(format,
/// size)` may have no answer.
template <class Row>
void add_errors(std::vector<OperationError>& errors, OperationKind kind,
                const std::vector<Row>& rows, auto model_time_of, auto table_time_of) {
  std::map<NumericFormat, std::pair<std::vector<double>, std::vector<double>>> ratios;
  for (const Row& row : rows) {
    const auto time = model_time_of(row.format, row.size);
    if (time) ratios[row.format].first.push_back(*time / row.time);
  }
  for (const Row& row : part_of(rows, true)) {
    const auto time = table_time_of(row.format, row.size);
    if (time) ratios[row.format].second.push_back(*time / row.time);
  }
  for (const auto& [format, of_format] : ratios) {
    errors.push_back({.kind = kind,
                      .format = format,
                      .model = summary(of_format.first),
                      .table = summary(of_format.second)});
  }
}

}  // namespace

std::vector<OperationError> operation_errors(const perf::MeasuredOperations& measured,
                                             const hardware::System& system) {
  const perf::OperationTable table({.gemm = part_of(measured.gemm, false),
                                    .decode_attention = part_of(measured.decode_attention, false),
                                    .prefill_attention = part_of(measured.prefill_attention, false),
                                    .latent_decode = part_of(measured.latent_decode, false),
                                    .latent_prefill = part_of(measured.latent_prefill, false),
                                    .experts = part_of(measured.experts, false)},
                                   system.chip);
  const auto modelled = [&system](NumericFormat format, const auto& size) {
    return model_time(system, format, size);
  };
  const auto decoded = [&system](NumericFormat format, const auto& size) {
    return decode_model_time(system, format, size);
  };
  const auto prefilled = [&system](NumericFormat format, const auto& size) {
    return prefill_model_time(system, format, size);
  };
  std::vector<OperationError> errors;
  add_errors(errors, OperationKind::kGemm, measured.gemm, modelled,
             [&](NumericFormat format, const auto& size) { return table.gemm_time(format, size); });
  add_errors(errors, OperationKind::kDecodeAttention, measured.decode_attention, decoded,
             [&](NumericFormat format, const auto& size) {
               return table.decode_attention_time(format, size);
             });
  add_errors(errors, OperationKind::kPrefillAttention, measured.prefill_attention, prefilled,
             [&](NumericFormat format, const auto& size) {
               return table.prefill_attention_time(format, size, size.tokens);
             });
  add_errors(errors, OperationKind::kLatentDecode, measured.latent_decode, decoded,
             [&](NumericFormat format, const auto& size) {
               return table.latent_decode_time(format, size);
             });
  add_errors(errors, OperationKind::kLatentPrefill, measured.latent_prefill, prefilled,
             [&](NumericFormat format, const auto& size) {
               return table.latent_prefill_time(format, size, size.tokens);
             });
  add_errors(
      errors, OperationKind::kExperts, measured.experts, modelled,
      [&](NumericFormat format, const auto& size) { return table.expert_time(format, size); });
  return errors;
}

}  // namespace offtake::fidelity
