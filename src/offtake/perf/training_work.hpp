#pragma once

#include <vector>

#include "offtake/model/model_architecture.hpp"
#include "offtake/model/parameter_count.hpp"

namespace offtake::perf {

/// What one token asks of one layer in training, in elements and FLOP. Widths count what all
/// tensor ranks hold together.
struct LayerWork {
  int layers = 0;  ///< Alike.
  model::LayerParameters parameters;
  bool has_attention = false;
  bool has_feed_forward = false;
  int heads = 0;
  double score_flops = 0;      ///< Scores and weighted values, forward, the causal mean.
  double projected_width = 0;  ///< Queries, keys, values, latents.
  double kv_width = 0;         ///< What ranks of a context exchange.
  double scan_width = 0;       ///< Inner width of a linear attention, which keeps a state.
  double attended_width = 0;   ///< Input of the output projection.
  double dense_width = 0;      ///< Of the dense feed-forward or the shared experts.
  double expert_width = 0;     ///< Of one routed expert.
  double routed_width = 0;     ///< Of a token on its way to an expert: hidden, or a latent.
  double adapter_inputs_and_outputs =
      0;                   ///< Of all matrices: their adapters' weights, over the rank.
  int kv_heads = 0;        ///< Heads of keys and values.
  double query_width = 0;  ///< Of all heads; of a linear attention with keys and values.
  int matrices_in = 1;     ///< Of a feed-forward: two when gated.
};

/// A model's training, layer by layer, for sequences of one length.
struct TrainingWork {
  int hidden = 0;
  int vocabulary = 0;
  int layers = 0;
  int sequence = 0;
  bool tied_embeddings = false;
  int adapter_rank = 0;  ///< As TrainingJob's.
  std::vector<LayerWork> groups;
};

/// One module that predicts a token further ahead, as the work of a model of its own: a whole layer
/// of the last kind, whose attention's weights count the projection of two hidden states to one
/// (DeepSeek-AI, "DeepSeek-V3", 2024, section 2.2).
TrainingWork prediction_module(const TrainingWork& work);

/// `adapter_rank` as TrainingJob's.
TrainingWork training_work(const model::ModelArchitecture& model, int sequence,
                           int adapter_rank = 0);

/// FLOP per token that the model itself needs, forward and backward, whatever is recomputed:
/// 6 for each weight that a token passes in a product, and 3 times the forward scores, causal
/// (a token attends to half the sequence on average). The usual numerator of MFU. A frozen weight
/// needs 4: no gradient of its own. Each module of prediction adds its weights and an output layer.
/// Source: Chowdhery et al., "PaLM", appendix B, 2022, with the causal half.
double model_flops_per_token(const TrainingWork& work, int prediction_modules = 0);

}  // namespace offtake::perf
