#pragma once

#include "offtake/model/model_architecture.hpp"

namespace offtake::model {

/// Weights of one layer of a group. Norms and biases are left out: below 0.1% of any model here.
struct LayerParameters {
  double attention = 0;
  double dense = 0;  ///< Dense feed-forward and the shared expert.
  double router = 0;
  double expert = 0;  ///< One routed expert.
  int experts = 0;
  int experts_active = 0;

  double total() const { return attention + dense + router + expert * experts; }
  double active() const { return attention + dense + router + expert * experts_active; }
};

LayerParameters layer_parameters(const LayerGroup& group, int hidden);

/// Weights of a model, by part.
struct ParameterCount {
  double embedding = 0;  ///< The input table.
  double logits = 0;     ///< The output matrix; zero when it is the input table.
  double attention = 0;
  double dense = 0;
  double router = 0;
  double experts = 0;         ///< All routed experts.
  double experts_active = 0;  ///< Those one token passes.

  double total() const { return embedding + logits + attention + dense + router + experts; }
  double active() const { return embedding + logits + attention + dense + router + experts_active; }
};

ParameterCount parameter_count(const ModelArchitecture& model);

/// Elements in the KV cache of one sequence of `context` tokens, all layers, windows respected.
double kv_cache_elements(const ModelArchitecture& model, double context);

/// Elements that the next token adds while no window is full.
double kv_elements_per_token(const ModelArchitecture& model);

/// Elements of state that a sequence holds whatever its length.
double state_elements(const ModelArchitecture& model);

}  // namespace offtake::model
