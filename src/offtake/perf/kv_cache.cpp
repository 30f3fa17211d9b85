#include "offtake/perf/kv_cache.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"

namespace offtake::perf {
namespace {

constexpr Bytes kStateElement = Bytes::in_base_units(4.0);  ///< States are kept in fp32.

Bytes cache_of_layer(const ShardedModel& model, const ShardedLayer& layer, double context) {
  const double elements = model::kv_elements_held(layer.attention, context);
  const double state = model::state_elements(layer.attention);
  return (elements * model.kv_element + state * kStateElement) / layer.cache_cut;
}

}  // namespace

Bytes cache_moved(const ShardedModel& model, const ShardedLayer& layer, double context) {
  const double state = 2.0 * model::state_elements(layer.attention);  // In and out.
  const double elements = model::kv_elements_moved(layer.attention, context) - state;
  return (elements * model.kv_element + state * kStateElement) / layer.cache_cut;
}

Bytes kv_cache_per_sequence(const ShardedModel& model, double context) {
  Bytes bytes;
  for (const ShardedLayer& layer : model.groups) {
    bytes += layer.layers * cache_of_layer(model, layer, context) / model.layout.pipeline;
  }
  return bytes + layers_of_drafter(model.assumptions.speculation) *
                     cache_of_layer(model, model.groups.back(), context);
}

double context_held(const ShardedModel& model, const RequestShape& request) {
  return request.input + model.assumptions.kv_output_held.value_or(1.0) * request.output;
}

double kv_cache_capacity(const ShardedModel& model, double context, Bytes free) {
  const Bytes sequence = kv_cache_per_sequence(model, context);
  expects(sequence > Bytes{}, "a sequence takes cache");
  return std::max(0.0, free / sequence) * model.layout.attention_data;
}

}  // namespace offtake::perf
