#include "offtake/perf/decode.hpp"

#include <algorithm>
#include <variant>

#include "offtake/base/expects.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/layer_cost.hpp"
#include "offtake/perf/measured_layer.hpp"

namespace offtake::perf {
namespace {

/// What passes the layers: sequences of a rank and of its stage, and the new tokens of each.
struct DecodeBatch {
  double of_rank = 1;
  double of_stage = 1;
  double context = 0;
  double tokens = 1;

  StepTokens step_tokens() const {
    return {.of_rank = of_rank * tokens,
            .of_stage = of_stage * tokens,
            .sampled = of_rank * tokens,
            .decoded = true};
  }
};

Seconds attention_time(const ShardedModel& model, const ShardedLayer& layer,
                       const DecodeBatch& batch) {
  if (!layer.has_attention) return {};
  if (batch.tokens == 1.0) {
    const auto measured = measured_decode_attention(model, layer, batch.of_rank, batch.context);
    if (measured) return *measured;
  }
  const Bytes cache = cache_moved(model, layer, batch.context);
  const Flops compute = Flops::in_base_units(
      model::attention_flops(layer.attention, batch.context, true) / model.layout.tensor);
  return op_cost(
             {.compute = batch.of_rank * batch.tokens * compute, .memory = batch.of_rank * cache},
             model.decode_rates, Overlap::kPartial)
      .time;
}

/// FixedCosts::sequence is of sixty layers, about those of DeepSeek-V3.
constexpr double kSequenceLayers = 60.0;

Seconds sequence_time(const ShardedModel& model) {
  return model.fixed.sequence.value * (model.layers / kSequenceLayers);
}

StepCost pass_cost(const ShardedModel& model, const DecodeBatch& batch) {
  StepCost cost;
  add_linear_costs(model, batch.step_tokens(), cost);
  for (const ShardedLayer& layer : model.groups) {
    cost.attention += layer.layers * attention_time(model, layer, batch);
  }
  if (model.layout.pipeline > 1) {
    cost.pipeline += cost.busy() * (1.0 / model.assumptions.pipeline_fill - 1.0);
  }
  cost.fixed += model.fixed.step.value + batch.of_rank * sequence_time(model);
  return cost;
}

/// One pass of the drafter: a token of each sequence.
Seconds draft_time(const ShardedModel& model, DecodeBatch batch) {
  batch.tokens = 1.0;
  const auto& drafter = model.assumptions.speculation.drafter;
  if (const auto* share = std::get_if<DraftShare>(&drafter)) {
    return share->of_step * pass_cost(model, batch).total();
  }
  const double layers = std::get<DraftLayers>(drafter).layers;
  const ShardedLayer& shape = model.groups.back();
  StepCost cost{.attention = layers * attention_time(model, shape, batch),
                .logits = logits_time(model, batch.of_rank)};
  add_layer_costs(model, shape, layers, batch.step_tokens(), cost);
  return cost.total();
}

}  // namespace

StepCost decode_cost(const ShardedModel& model, double sequences, double context) {
  expects(sequences > 0.0, "a decode step has sequences");
  const ServingLayout& layout = model.layout;
  const int drafts = model.assumptions.speculation.draft_tokens;
  const double computed = std::max(sequences, model.assumptions.batch_compiled);
  const double of_stage = std::max(1.0, computed / layout.pipeline);
  const DecodeBatch batch{.of_rank = std::max(1.0, of_stage / layout.attention_data),
                          .of_stage = of_stage,
                          .context = context,
                          .tokens = 1.0 + drafts};
  StepCost cost = pass_cost(model, batch);
  if (drafts > 0) cost.draft = drafts * draft_time(model, batch);
  return cost;
}

}  // namespace offtake::perf
