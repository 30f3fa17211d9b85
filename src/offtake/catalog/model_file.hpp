#pragma once

#include <optional>
#include <string>

#include "offtake/model/model_architecture.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// A model whose shape is not published, or not one that we can count.
struct UnmodelledModel {
  std::string id;
  std::string name;
  std::string reason;
  std::string source;
};

std::optional<UnmodelledModel> read_unmodelled_model(const yaml::ObjectReader& file,
                                                     std::string id);

/// Reads a model's shape; its problems stay with the reader. One source stands for all dimensions.
///
///     source: meta-llama-3.1-8b
///     hidden: 4096
///     vocabulary: 128256
///     groups:
///       - {layers: 32, attention: {kind: grouped, heads: 32, kv_heads: 8, head_dim: 128},
///          feed_forward: {kind: dense, width: 14336}}
///
/// Attention is `grouped` (window), `latent` (query_rank, kv_rank, nope_dim, rope_dim, value_dim,
/// indexer), `linear` (key_heads, value_heads, key_dim, value_dim) or `none`; a feed-forward is
/// `dense` (width, gated), `experts` (experts, active, width, shared_width, gated) or `none`.
model::ModelArchitecture read_model(const yaml::ObjectReader& file, std::string id,
                                    yaml::Evidence evidence);

}  // namespace offtake::catalog
