#include "offtake/perf/training_work.hpp"

#include <variant>

#include "offtake/base/expects.hpp"

namespace offtake::perf {

namespace {

void add_attention(const model::GroupedQueryAttention& attention, LayerWork& work) {
  work.has_attention = true;
  work.projected_width =
      static_cast<double>(attention.heads + 2 * attention.kv_heads) * attention.head_dim;
  work.kv_width = 2.0 * attention.kv_heads * attention.head_dim;
  work.attended_width = static_cast<double>(attention.heads) * attention.head_dim;
  work.kv_heads = attention.kv_heads;
  work.query_width = work.attended_width;
}

void add_attention(const model::LatentAttention& attention, LayerWork& work) {
  work.has_attention = true;
  const double key = attention.nope_dim + attention.rope_dim;
  const double latents = attention.query_rank + attention.kv_rank + attention.rope_dim;
  work.projected_width = attention.heads * (2.0 * key + attention.value_dim) + latents;
  work.kv_width = attention.heads * (key + attention.value_dim);
  work.attended_width = static_cast<double>(attention.heads) * attention.value_dim;
  work.kv_heads = attention.heads;
  work.query_width = attention.heads * key;
}

void add_attention(const model::CompressedAttention& attention, LayerWork& work) {
  work.has_attention = true;
  const double all_heads = static_cast<double>(attention.heads) * attention.head_dim;
  work.projected_width = all_heads + attention.query_rank + attention.head_dim;
  work.kv_width = attention.head_dim;
  work.attended_width = all_heads;
  work.kv_heads = 1;
  work.query_width = all_heads;
}

void add_attention(const model::LinearAttention& attention, LayerWork& work) {
  work.has_attention = true;
  const double value = static_cast<double>(attention.value_heads) * attention.value_dim;
  work.projected_width = 2.0 * attention.key_heads * attention.key_dim + 2.0 * value;
  work.attended_width = value;
  work.scan_width = value;
  work.query_width = 2.0 * attention.key_heads * attention.key_dim + value;
}

void add_attention(const model::NoAttention&, LayerWork&) {}

void add_feed_forward(const model::DenseFeedForward& feed_forward, LayerWork& work) {
  work.has_feed_forward = true;
  work.dense_width = feed_forward.width;
  work.matrices_in = feed_forward.gated ? 2 : 1;
}

void add_feed_forward(const model::MixtureOfExperts& mixture, LayerWork& work) {
  work.has_feed_forward = true;
  work.dense_width = mixture.shared_width;
  work.expert_width = mixture.width;
  if (mixture.latent_width > 0) work.routed_width = mixture.latent_width;
  work.matrices_in = mixture.gated ? 2 : 1;
}

void add_feed_forward(const model::NoFeedForward&, LayerWork&) {}

/// Inputs and outputs of the matrices of a layer: projections into attention and out of it, both
/// sides of the feed-forward and of every expert.
double adapted(const LayerWork& layer, double hidden) {
  double sum = 0.0;
  if (layer.has_attention) {
    sum += hidden + layer.projected_width + layer.attended_width + hidden;
  }
  const double widths = layer.dense_width + layer.parameters.experts * layer.expert_width;
  const double feed_forwards = (layer.dense_width > 0.0 ? 1.0 : 0.0) + layer.parameters.experts;
  return sum + (layer.matrices_in + 1.0) * (widths + feed_forwards * hidden);
}

}  // namespace

TrainingWork training_work(const model::ModelArchitecture& model, int sequence, int adapter_rank) {
  expects(sequence >= 1, "a sample has at least one token");
  TrainingWork work{.hidden = model.hidden,
                    .vocabulary = model.vocabulary,
                    .layers = model.layers(),
                    .sequence = sequence,
                    .tied_embeddings = model.tied_embeddings,
                    .adapter_rank = adapter_rank};
  for (const model::LayerGroup& group : model.groups) {
    LayerWork layer{
        .layers = group.layers,
        .parameters = model::layer_parameters(group, model.hidden),
        .heads = model::query_heads(group.attention),
        .score_flops = model::attention_flops_of_chunk(group.attention, 0.0, sequence) / sequence};
    std::visit([&](const auto& attention) { add_attention(attention, layer); }, group.attention);
    layer.routed_width = model.hidden;
    std::visit([&](const auto& mlp) { add_feed_forward(mlp, layer); }, group.feed_forward);
    layer.adapter_inputs_and_outputs = adapted(layer, model.hidden);
    work.groups.push_back(layer);
  }
  return work;
}

TrainingWork prediction_module(const TrainingWork& work) {
  TrainingWork module = work;
  module.groups.clear();
  bool attention = false;
  bool feed_forward = false;
  // Some models count the two halves of a layer apart.
  for (auto layer = work.groups.rbegin(); layer != work.groups.rend(); ++layer) {
    const bool adds =
        (layer->has_attention && !attention) || (layer->has_feed_forward && !feed_forward);
    if (!adds) continue;
    attention = attention || layer->has_attention;
    feed_forward = feed_forward || layer->has_feed_forward;
    module.groups.push_back(*layer);
    module.groups.back().layers = 1;
  }
  module.layers = static_cast<int>(module.groups.size());
  const double h = work.hidden;
  for (LayerWork& layer : module.groups) {
    if (!layer.has_attention) continue;
    layer.parameters.attention += 2.0 * h * h;
    layer.adapter_inputs_and_outputs += 3.0 * h;
  }
  return module;
}

double model_flops_per_token(const TrainingWork& work, int prediction_modules) {
  const double per_weight = work.adapter_rank > 0 ? 4.0 : 6.0;
  double flops = per_weight * work.hidden * work.vocabulary;
  for (const LayerWork& group : work.groups) {
    flops += group.layers * (per_weight * group.parameters.active() + 3.0 * group.score_flops);
  }
  if (prediction_modules == 0) return flops;
  return flops + prediction_modules * model_flops_per_token(prediction_module(work));
}

}  // namespace offtake::perf
