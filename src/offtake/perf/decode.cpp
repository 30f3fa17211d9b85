#include "offtake/perf/decode.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/perf/layer_cost.hpp"

namespace offtake::perf {

StepCost decode_cost(const ShardedModel& model, double sequences, double context) {
  expects(sequences > 0.0, "a decode step has sequences");
  const ServingLayout& layout = model.layout;
  const double of_stage = std::max(1.0, sequences / layout.pipeline);
  const double of_rank = std::max(1.0, of_stage / layout.attention_data);
  StepCost cost;
  add_linear_costs(model, {.of_rank = of_rank, .of_stage = of_stage, .sampled = of_rank}, cost);
  for (const ShardedLayer& layer : model.groups) {
    if (!layer.has_attention) continue;
    const Bytes cache =
        model::kv_elements_moved(layer.attention, context) / layer.cache_cut * model.kv_element;
    const Flops compute = Flops::in_base_units(
        model::attention_flops(layer.attention, context, true) / layout.tensor);
    cost.attention +=
        layer.layers * op_cost({.compute = of_rank * compute, .memory = of_rank * cache},
                               model.decode_rates, Overlap::kPartial)
                           .time;
  }
  if (layout.pipeline > 1) {
    cost.pipeline += cost.busy() * (1.0 / model.assumptions.pipeline_fill - 1.0);
  }
  cost.fixed += model.fixed.step.value + of_rank * model.fixed.sequence.value;
  return cost;
}

}  // namespace offtake::perf
