#pragma once

#include <expected>
#include <string>

#include "offtake/model/model_architecture.hpp"

namespace offtake::calculon {

/// A decoder of like blocks, as Calculon knows it: multi-head attention, then a feed-forward of two
/// products with a GeLU between. Embeddings and logits are not counted.
struct Transformer {
  int hidden = 0;
  int feed_forward = 0;  ///< Width between the two products.
  int heads = 0;
  int head_dim = 0;
  int blocks = 0;
  int sequence = 0;  ///< Tokens of a sample.

  /// Whether every head and every column of the products falls to one of `ranks`.
  bool splits_over(int ranks) const {
    return heads % ranks == 0 && hidden % ranks == 0 && feed_forward % ranks == 0;
  }
};

/// The model as a Transformer, or why it is none.
std::expected<Transformer, std::string> transformer_of(const model::ModelArchitecture& model,
                                                       int sequence);

}  // namespace offtake::calculon
