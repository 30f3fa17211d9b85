#include "offtake/model/parameter_count.hpp"

#include <algorithm>

namespace offtake::model {

bool has_experts(const ModelArchitecture& model) {
  return std::ranges::any_of(model.groups, [](const LayerGroup& group) {
    return std::holds_alternative<MixtureOfExperts>(group.feed_forward);
  });
}

int ModelArchitecture::layers() const {
  int layers = 0;
  for (const LayerGroup& group : groups) layers += group.layers;
  return layers;
}

LayerParameters layer_parameters(const LayerGroup& group, int hidden) {
  LayerParameters parameters{.attention = attention_parameters(group.attention, hidden)};
  if (const auto* dense = std::get_if<DenseFeedForward>(&group.feed_forward)) {
    parameters.dense = feed_forward_parameters(hidden, dense->width, dense->gated);
  } else if (const auto* mixture = std::get_if<MixtureOfExperts>(&group.feed_forward)) {
    parameters.dense = feed_forward_parameters(hidden, mixture->shared_width, mixture->gated);
    parameters.router = static_cast<double>(hidden) * mixture->experts;
    parameters.expert = feed_forward_parameters(hidden, mixture->width, mixture->gated);
    parameters.experts = mixture->experts;
    parameters.experts_active = mixture->active;
  }
  return parameters;
}

ParameterCount parameter_count(const ModelArchitecture& model) {
  const double table = static_cast<double>(model.hidden) * model.vocabulary;
  ParameterCount count{.embedding = table, .logits = model.tied_embeddings ? 0.0 : table};
  for (const LayerGroup& group : model.groups) {
    const LayerParameters layer = layer_parameters(group, model.hidden);
    count.attention += group.layers * layer.attention;
    count.dense += group.layers * layer.dense;
    count.router += group.layers * layer.router;
    count.experts += group.layers * layer.expert * layer.experts;
    count.experts_active += group.layers * layer.expert * layer.experts_active;
  }
  return count;
}

double kv_cache_elements(const ModelArchitecture& model, double context) {
  double elements = 0.0;
  for (const LayerGroup& group : model.groups) {
    elements += group.layers * kv_elements_held(group.attention, context);
  }
  return elements;
}

double kv_elements_per_token(const ModelArchitecture& model) {
  double elements = 0.0;
  for (const LayerGroup& group : model.groups) {
    elements += group.layers * kv_elements_per_token(group.attention);
  }
  return elements;
}

double state_elements(const ModelArchitecture& model) {
  double elements = 0.0;
  for (const LayerGroup& group : model.groups) {
    elements += group.layers * state_elements(group.attention);
  }
  return elements;
}

}  // namespace offtake::model
