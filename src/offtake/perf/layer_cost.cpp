#include "offtake/perf/layer_cost.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/model/mixture_of_experts.hpp"
#include "offtake/perf/measured_layer.hpp"

namespace offtake::perf {
namespace {

constexpr Overlap kRule = Overlap::kPartial;

Seconds projection_time(const ShardedModel& model, const ShardedLayer& layer, double tokens) {
  if (const auto measured = measured_projections(model, layer, tokens)) return *measured;
  const Seconds output =
      op_cost({.compute = tokens * layer.output_flops, .memory = layer.output_weights},
              model.output_rates, kRule)
          .time;
  return output +
         op_cost({.compute = tokens * layer.attention_flops, .memory = layer.attention_weights},
                 model.attention_rates, kRule)
             .time;
}

Seconds feed_forward_time(const ShardedModel& model, const ShardedLayer& layer, double tokens) {
  if (const auto measured = measured_feed_forward(model, layer, tokens)) return *measured;
  return op_cost({.compute = tokens * layer.dense_flops, .memory = layer.dense_weights},
                 model.dense_rates, kRule)
      .time;
}

/// Experts whose weights are read for `tokens`, one that is read again counted again.
double experts_read(const ShardedModel& model, const ShardedLayer& layer, double tokens,
                    bool decoded) {
  if (decoded && model.expert_gather > 0.0) {
    return tokens * layer.mixture->active * model.expert_gather;
  }
  return model::experts_hit(*layer.mixture, tokens, model.assumptions.expert_evenness);
}

Seconds expert_time(const ShardedModel& model, const ShardedLayer& layer, double tokens,
                    bool decoded) {
  if (const auto measured = measured_experts(model, layer, tokens)) return *measured;
  const double busiest = tokens * model.expert_load;  // As if all ranks had the fullest one's load.
  const double choices = busiest * layer.mixture->active;
  const double hit = experts_read(model, layer, tokens, decoded);
  const Seconds products =
      op_cost({.compute = choices * layer.expert_flops, .memory = hit * layer.expert_weights},
              model.expert_rates, kRule)
          .time;
  return products + choices * layer.expert_activations / model.activation_rate;
}

Seconds collective(const ShardedModel& model, CollectiveKind kind, Bytes message,
                   GroupPlacement group) {
  const auto cost = collective_cost(kind, message, group, model.network);
  expects(cost.has_value(), "a sharded model has a place on its network");
  return cost->time;
}

/// Collectives of one layer. With one group of tensor ranks: an all-reduce after attention and one
/// after the feed-forward, experts included. With attention data parallelism the feed-forward's is
/// a dispatch to the experts' ranks and a combine, or a gather of all tokens and a scatter.
Seconds collective_time(const ShardedModel& model, const ShardedLayer& layer,
                        const StepTokens& tokens) {
  const ServingLayout& layout = model.layout;
  const Bytes token = model.hidden * model.assumptions.activation_element;
  const Seconds reduce = layout.tensor > 1 ? collective(model, CollectiveKind::kAllReduce,
                                                        tokens.of_rank * token, model.tensor_group)
                                           : Seconds{};
  Seconds time = layer.has_attention ? reduce : Seconds{};
  if (!layer.has_feed_forward) return time;
  if (layout.attention_data == 1) return time + reduce;
  if (layer.mixture && layout.expert > 1) {
    const double copies = std::min(layer.mixture->active, layout.expert);
    const double elements = tokens.of_rank * copies * model.hidden / layout.tensor;
    time += collective(model, CollectiveKind::kAllToAll,
                       elements * model.assumptions.dispatch_element, model.stage_group);
    time += collective(model, CollectiveKind::kAllToAll,
                       elements * model.assumptions.combine_element, model.stage_group);
    return time;
  }
  const Bytes all = tokens.of_stage * token;
  time += collective(model, CollectiveKind::kAllGather, all, model.stage_group);
  return time + collective(model, CollectiveKind::kReduceScatter, all, model.stage_group);
}

Seconds pipeline_time(const ShardedModel& model, const StepTokens& tokens) {
  const int hops = model.layout.pipeline - 1;
  if (hops == 0) return {};
  const Bytes message = tokens.of_rank * model.hidden * model.assumptions.activation_element;
  const GroupPlacement pair =
      model.stages_cross_domains ? GroupPlacement{.across = 2} : GroupPlacement{.inside = 2};
  return hops * collective(model, CollectiveKind::kSend, message, pair);
}

}  // namespace

void add_layer_costs(const ShardedModel& model, const ShardedLayer& layer, double count,
                     const StepTokens& tokens, StepCost& cost) {
  if (layer.has_attention) {
    cost.projections += count * projection_time(model, layer, tokens.of_rank);
  }
  if (layer.dense_weights > Bytes{}) {
    cost.feed_forward += count * feed_forward_time(model, layer, tokens.of_stage);
  }
  if (layer.mixture)
    cost.experts += count * expert_time(model, layer, tokens.of_stage, tokens.decoded);
  cost.activations += count * tokens.of_rank * layer.activations / model.activation_rate;
  cost.collectives += count * collective_time(model, layer, tokens);
  cost.fixed += count * (model.fixed.layer.value + layer.kernels * model.fixed.op.value);
  if (layer.mixture) cost.fixed += count * model.fixed.moe_layer.value;
}

Seconds logits_time(const ShardedModel& model, double sampled) {
  if (const auto measured = measured_logits(model, sampled)) return *measured;
  return op_cost({.compute = sampled * model.logits_flops, .memory = model.logits_weights},
                 model.logits_rates, kRule)
      .time;
}

void add_linear_costs(const ShardedModel& model, const StepTokens& tokens, StepCost& cost) {
  for (const ShardedLayer& layer : model.groups) {
    add_layer_costs(model, layer, layer.layers, tokens, cost);
  }
  if (tokens.sampled > 0.0) cost.logits += logits_time(model, tokens.sampled);
  cost.pipeline += pipeline_time(model, tokens);
}

double pipeline_wait(const ShardedModel& model) {
  return model.layout.pipeline > 1 ? 1.0 / model.assumptions.pipeline_fill - 1.0 : 0.0;
}

Seconds launch_time(const ShardedModel& model) {
  double kernels = 0.0;
  for (const ShardedLayer& layer : model.groups) kernels += layer.layers * layer.kernels_eager;
  return kernels * model.fixed.launch.value;
}

}  // namespace offtake::perf
