#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/collective.hpp"
#include "offtake/perf/op_cost.hpp"
#include "offtake/perf/serving_assumptions.hpp"
#include "offtake/perf/serving_layout.hpp"

namespace offtake::perf {

/// The format that each part is stored in when a model is served as `layout.weights`: tables of the
/// vocabulary stay 16-bit; four-bit checkpoints of mixtures leave attention at 16 bits, and experts
/// that their maker publishes in four bits stay so.
struct PartFormats {
  hardware::NumericFormat attention;         ///< Projections of attention but the last.
  hardware::NumericFormat attention_output;  ///< The last, from all heads to the hidden width.
  hardware::NumericFormat dense;
  hardware::NumericFormat experts;
};

/// One layer of a group as one chip holds it. FLOP are for one token.
struct ShardedLayer {
  int layers = 0;  ///< Of the whole model, all stages.
  model::Attention attention;
  double cache_cut = 1;  ///< Ways in which the cache of a sequence is cut over the tensor ranks.
  Bytes attention_weights;
  Flops attention_flops;
  Bytes output_weights;  ///< Of attention's output projection.
  Flops output_flops;
  bool has_attention = false;
  Bytes activations;    ///< Of one token of this rank, moved by norms, residuals and products.
  Bytes dense_weights;  ///< Dense feed-forward, router and shared expert.
  Flops dense_flops;
  double dense_width = 0;  ///< Of all chips; zero where there is neither dense nor shared expert.
  bool dense_gated = true;
  bool has_feed_forward = false;
  std::optional<model::MixtureOfExperts> mixture;
  Bytes expert_weights;      ///< This chip's share of one routed expert.
  Flops expert_flops;        ///< For one token and one expert.
  Bytes expert_activations;  ///< Moved for one token and one expert, in all chips of the stage.
  double kernels = 0;        ///< Started one after another, routed experts' not counted.
  double kernels_eager = 0;  ///< All of them, as the host starts them outside a captured graph.
};

/// A model cut over a layout on a system: plain figures from which steps are costed.
struct ShardedModel {
  ServingLayout layout;
  ServingAssumptions assumptions;
  PartFormats formats;
  int hidden = 0;
  int layers = 0;
  bool tied_embeddings = false;
  std::vector<ShardedLayer> groups;
  Bytes logits_weights;
  Flops logits_flops;

  SustainedRates attention_rates;  ///< Projections of attention.
  SustainedRates output_rates;     ///< The last of them.
  SustainedRates dense_rates;
  SustainedRates expert_rates;
  SustainedRates logits_rates;
  SustainedRates decode_rates;   ///< Attention over the cache.
  SustainedRates prefill_rates;  ///< Attention among the tokens of a chunk.
  Bandwidth activation_rate;     ///< Moving activations.
  Bytes kv_element;

  SustainedNetwork network;
  GroupPlacement tensor_group;
  GroupPlacement stage_group;
  bool stages_cross_domains = false;
  hardware::FixedCosts fixed;
  double prefill_overlap = 0;
  double wave_overlap = 0;
  double prefill_fused = 0;
  double prompt_queue = 0;
  double expert_gather = 0;
  double expert_load = 1;  ///< Of the fullest rank of experts over the mean one.
};

/// Why a layout cannot be tried.
struct LayoutRefused {
  std::string reason;
};

/// Cuts `model`. Refused when heads, experts or layers do not divide, when a group of ranks has no
/// place on the network, or when the chip or its stack has no rate for a format.
std::expected<ShardedModel, LayoutRefused> shard(const model::ModelArchitecture& model,
                                                 const hardware::System& system,
                                                 const ServingLayout& layout,
                                                 const ServingAssumptions& assumptions = {});

/// The formats of the parts when `model` is served as `weights`.
PartFormats part_formats(const model::ModelArchitecture& model, hardware::NumericFormat weights);

}  // namespace offtake::perf
