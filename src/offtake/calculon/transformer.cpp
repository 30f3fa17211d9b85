#include "offtake/calculon/transformer.hpp"

#include <variant>

namespace offtake::calculon {

std::expected<Transformer, std::string> transformer_of(const model::ModelArchitecture& model,
                                                       int sequence) {
  if (model.groups.size() != 1) return std::unexpected("has layers of several shapes");
  const model::LayerGroup& layer = model.groups.front();
  const auto* attention = std::get_if<model::GroupedQueryAttention>(&layer.attention);
  if (attention == nullptr || attention->kv_heads != attention->heads || attention->window) {
    return std::unexpected("has another attention than plain multi-head");
  }
  const auto* dense = std::get_if<model::DenseFeedForward>(&layer.feed_forward);
  if (dense == nullptr || dense->gated) {
    return std::unexpected("has another feed-forward than two products");
  }
  return Transformer{.hidden = model.hidden,
                     .feed_forward = dense->width,
                     .heads = attention->heads,
                     .head_dim = attention->head_dim,
                     .blocks = layer.layers,
                     .sequence = sequence};
}

}  // namespace offtake::calculon
