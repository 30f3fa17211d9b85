#include "offtake/perf/memory_use.hpp"

#include <algorithm>

#include "offtake/perf/kv_cache.hpp"

namespace offtake::perf {
namespace {

/// Hidden widths of activations alive at once for each token of a chunk: the residual, a norm's
/// output, and the inner tensors of the widest layer after its cut. An estimate: 0.54 GB for a
/// chunk of 8,192 tokens of width 4,096, near what stacks report when they profile a chunk.
constexpr double kHiddenWidthsAlive = 8.0;

Bytes weights_of_layer(const ShardedLayer& layer) {
  const double experts = layer.mixture ? layer.mixture->experts : 0;
  return layer.attention_weights + layer.output_weights + layer.dense_weights +
         experts * layer.expert_weights;
}

}  // namespace

Bytes memory_available(const hardware::System& system) {
  return system.chip.hbm_capacity.value * system.memory_share.value;
}

Bytes weights_of_chip(const ShardedModel& model) {
  Bytes layers;
  for (const ShardedLayer& layer : model.groups) {
    layers += layer.layers * weights_of_layer(layer);
  }
  const double tables = model.layout.pipeline == 1 && !model.tied_embeddings ? 2.0 : 1.0;
  const Bytes drafter =
      layers_of_drafter(model.assumptions.speculation) * weights_of_layer(model.groups.back());
  return layers / model.layout.pipeline + drafter + tables * model.logits_weights;
}

std::expected<MemoryUse, DoesNotFit> serving_memory(const ShardedModel& model,
                                                    const hardware::System& system,
                                                    double sequences, double context) {
  const double of_rank = std::max(1.0, sequences / model.layout.attention_data);
  const double tokens = std::max(model.assumptions.chunk_tokens, model.assumptions.sequences_max);
  const MemoryUse use{.weights = weights_of_chip(model),
                      .kv_cache = of_rank * kv_cache_per_sequence(model, context),
                      .activations = tokens * model.hidden * kHiddenWidthsAlive *
                                     model.assumptions.activation_element,
                      .reserve = system.memory_reserve.value};
  const Bytes available = memory_available(system);
  if (use.total() <= available) return use;
  return std::unexpected(DoesNotFit{.needed = use.total(), .available = available});
}

}  // namespace offtake::perf
