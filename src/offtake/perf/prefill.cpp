#include "offtake/perf/prefill.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/perf/layer_cost.hpp"
#include "offtake/perf/measured_layer.hpp"

namespace offtake::perf {

namespace {

/// Prompts of equal parts that share a step, on each of `ranks`.
struct PrefillStep {
  double prompts = 1;
  double tokens = 0;
  double cached = 0;
  int ranks = 1;
};

Seconds attention_time(const ShardedModel& model, const ShardedLayer& layer,
                       const PromptParts& parts) {
  if (!layer.has_attention) return {};
  const auto measured = measured_prefill_attention(model, layer, parts);
  if (measured) return *measured;
  const Flops compute = Flops::in_base_units(
      parts.prompts *
      model::attention_flops_of_chunk(layer.attention, parts.cached, parts.computed) /
      model.layout.tensor);
  const Bytes cache = parts.prompts *
                      model::kv_elements_held(layer.attention, parts.cached + parts.computed) /
                      layer.cache_cut * model.kv_element;
  return op_cost({.compute = compute, .memory = cache}, model.prefill_rates, Overlap::kPartial)
      .time;
}

StepCost step_cost(const ShardedModel& model, const PrefillStep& step) {
  expects(step.prompts >= 1.0 && step.tokens > 0.0 && step.cached >= 0.0, "a prefill has tokens");
  const double of_rank = step.prompts * step.tokens;
  return prefill_cost_of_batch(
      model,
      {.tokens = {.of_rank = of_rank, .of_stage = of_rank * step.ranks, .sampled = step.prompts},
       .attention = prefill_attention_time(
           model, {.prompts = step.prompts, .computed = step.tokens, .cached = step.cached})});
}

/// Attention of one prompt among as many as share a chunk.
Seconds share_of_attention(const ShardedModel& model, const ShardedLayer& layer, double cached,
                           double computed) {
  const double prompts = std::max(1.0, model.assumptions.chunk_tokens / computed);
  const auto measured = measured_prefill_attention(
      model, layer, {.prompts = prompts, .computed = computed, .cached = cached});
  if (measured) return *measured / prompts;
  const Flops compute = Flops::in_base_units(
      model::attention_flops_of_chunk(layer.attention, cached, computed) / model.layout.tensor);
  return compute / model.prefill_rates.compute;
}

}  // namespace

Seconds prefill_attention_time(const ShardedModel& model, const PromptParts& parts) {
  Seconds time;
  for (const ShardedLayer& layer : model.groups) {
    time += layer.layers * attention_time(model, layer, parts);
  }
  return time;
}

StepCost prefill_cost_of_batch(const ShardedModel& model, const PromptBatch& batch) {
  StepCost cost;
  add_linear_costs(model, batch.tokens, cost);
  cost.attention += batch.attention;
  if (batch.of_several) cost.pipeline += cost.busy() * pipeline_wait(model);
  cost.fixed += model.fixed.step.value;
  cost.fixed += std::max(Seconds{}, launch_time(model) - cost.total());
  return cost;
}

StepCost prefill_cost(const ShardedModel& model, double tokens, double cached, int ranks) {
  expects(1 <= ranks && ranks <= model.layout.attention_data, "ranks are of the layout");
  return step_cost(model, {.tokens = tokens, .cached = cached, .ranks = ranks});
}

StepCost prefill_cost_of_prompts(const ShardedModel& model, double prompts, double tokens,
                                 double cached) {
  return step_cost(model, {.prompts = prompts,
                           .tokens = tokens,
                           .cached = cached,
                           .ranks = model.layout.attention_data});
}

Seconds prompt_time(const ShardedModel& model, double input, double computed) {
  double cached = input - computed;
  double left = model.assumptions.padded(computed);
  Seconds time;
  while (left > 0.0) {
    const double chunk = std::min(left, model.assumptions.chunk_tokens);
    time += prefill_cost(model, chunk, cached, 1).total();
    cached += chunk;
    left -= chunk;
  }
  return time;
}

Seconds prefill_share(const ShardedModel& model, double input, double computed) {
  expects(0.0 < computed && computed <= input, "the computed part is of the input");
  const double cached = input - computed;
  computed = model.assumptions.padded(computed);
  const double chunk = model.assumptions.chunk_tokens;
  // Short prompts share a chunk; a long one takes several. Either way the linear work is that of a
  // full chunk, and the attention that of the prompt itself.
  const int ranks = model.layout.attention_data;
  StepCost full;
  add_linear_costs(model, {.of_rank = chunk, .of_stage = chunk * ranks, .sampled = 1.0}, full);
  Seconds attention;
  for (const ShardedLayer& layer : model.groups) {
    attention += layer.layers * share_of_attention(model, layer, cached, computed);
  }
  const Seconds linear = full.total() * (computed / chunk);
  const int stages = model.layout.pipeline;
  const double fill = stages > 1 ? model.assumptions.pipeline_fill : 1.0;
  return (linear + attention) / (static_cast<double>(ranks) * stages * fill);
}

}  // namespace offtake::perf
