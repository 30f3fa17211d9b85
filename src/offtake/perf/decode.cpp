#include "offtake/perf/decode.hpp"

#include <algorithm>
#include <variant>

#include "offtake/base/expects.hpp"
#include "offtake/perf/kv_cache.hpp"
#include "offtake/perf/layer_cost.hpp"
#include "offtake/perf/measured_layer.hpp"

namespace offtake::perf {
namespace {

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

StepCost pass_cost(const ShardedModel& model, const DecodeBatch& batch) {
  StepCost cost;
  add_linear_costs(model, batch.step_tokens(), cost);
  cost.attention += decode_attention_time(model, batch);
  cost.pipeline += cost.busy() * pipeline_wait(model);
  cost.fixed += model.fixed.step.value + sequences_time(model, batch);
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

DecodeBatch decode_batch(const ShardedModel& model, double sequences, double context) {
  expects(sequences > 0.0, "a decode step has sequences");
  const ServingLayout& layout = model.layout;
  const double computed = std::max(sequences, model.assumptions.batch_compiled);
  const double of_stage = std::max(1.0, computed / layout.pipeline);
  return {.of_rank = std::max(1.0, of_stage / layout.attention_data),
          .of_stage = of_stage,
          .context = context,
          .tokens = 1.0 + model.assumptions.speculation.draft_tokens};
}

Seconds decode_attention_time(const ShardedModel& model, const DecodeBatch& batch) {
  Seconds time;
  for (const ShardedLayer& layer : model.groups) {
    time += layer.layers * attention_time(model, layer, batch);
  }
  return time;
}

Seconds sequences_time(const ShardedModel& model, const DecodeBatch& batch) {
  return batch.of_rank * (model.fixed.sequence.value * (model.layers / kSequenceLayers));
}

Seconds drafts_time(const ShardedModel& model, const DecodeBatch& batch) {
  const int drafts = model.assumptions.speculation.draft_tokens;
  return drafts > 0 ? drafts * draft_time(model, batch) : Seconds{};
}

StepCost decode_cost(const ShardedModel& model, double sequences, double context) {
  const DecodeBatch batch = decode_batch(model, sequences, context);
  StepCost cost = pass_cost(model, batch);
  cost.draft = drafts_time(model, batch);
  return cost;
}

}  // namespace offtake::perf
