#include "offtake/perf/layer_time.hpp"

#include "offtake/perf/expert_placement.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

constexpr Bytes kElement = 2.0_B;
constexpr double kForwardAndBackward = 3.0;  ///< A backward pass has two products for each one.
constexpr double kFrozen = 2.0;              ///< And one where the weight needs no gradient.
constexpr Bytes kScoreTraffic = 10.0_B;      ///< Of an unfused score, each pass.

/// Products of a forward and a backward pass for each forward one.
double passes(const TrainingWork& work) {
  return work.adapter_rank > 0 ? kFrozen : kForwardAndBackward;
}

/// Shape of one chip's share of a product.
struct ProductShape {
  double tokens;
  double outputs;
  double inputs;

  Flops compute() const { return 2.0 * tokens * outputs * inputs * 1.0_FLOP; }
};

/// Time of `compute`, done in products of this shape.
Seconds product_time(Flops compute, const ProductShape& shape, ComputeRate rate,
                     const TrainingRates& rates) {
  if (compute == Flops{}) return {};
  if (rates.product_by_size) {
    return compute / (rate * rates.product_by_size->at(shape.compute().in(1.0_FLOP)));
  }
  const double cut_off = 1.0 + rates.traits.product_tokens_half / shape.tokens +
                         rates.traits.product_width_half / shape.outputs +
                         rates.traits.product_width_half / (2.0 * shape.inputs);
  return cut_off * compute / rate;
}

/// Forward pass of one layer.
struct ForwardTime {
  Seconds products;
  Seconds experts;
  Seconds attention;
  Seconds elementwise;  ///< Quantisation included.

  Seconds total() const { return products + experts + attention + elementwise; }
};

Seconds dense_products_time(const MicroBatch& batch, const LayerWork& layer,
                            const TrainingWork& work, const TrainingLayout& layout,
                            const TrainingRates& rates) {
  const double tensor = layout.parallel.tensor;
  const double h = work.hidden;
  Seconds time;
  if (layer.has_attention) {
    const Flops compute = 2.0 * batch.tokens * layer.parameters.attention / tensor * 1.0_FLOP;
    time += product_time(compute, {batch.tokens, layer.attended_width / tensor, h}, rates.product,
                         rates);
  }
  if (layer.dense_width > 0.0) {
    const Flops compute = 2.0 * batch.tokens * layer.parameters.dense / tensor * 1.0_FLOP;
    time +=
        product_time(compute, {batch.tokens, layer.dense_width / tensor, h}, rates.product, rates);
  }
  return time;
}

/// Each of this chip's experts sees its share of the tokens of all ranks that deal out experts.
Seconds expert_products_time(const MicroBatch& batch, const LayerWork& layer,
                             const TrainingWork& work, const TrainingLayout& layout,
                             const TrainingRates& rates, const TrainingAssumptions& assumptions) {
  const model::LayerParameters& parameters = layer.parameters;
  if (parameters.experts == 0) return {};
  const double tensor = layout.parallel.tensor;
  const double visits = batch.tokens / tensor * parameters.experts_active;  // Of one rank's tokens.
  const Flops compute = 2.0 * assumptions.expert_load * visits * parameters.expert * 1.0_FLOP;
  const int shared_by = expert_tensor_ranks(layout.parallel);
  const ProductShape shape{
      .tokens = visits * shared_by * layout.parallel.expert / parameters.experts,
      .outputs = layer.expert_width / shared_by,
      .inputs = static_cast<double>(work.hidden)};
  return product_time(compute, shape, rates.expert, rates);
}

Seconds attention_time(const MicroBatch& batch, const LayerWork& layer, const TrainingWork& work,
                       const TrainingLayout& layout, const TrainingRates& rates) {
  const double tensor = layout.parallel.tensor;
  const Flops causal = batch.tokens * layer.score_flops / tensor * 1.0_FLOP;
  if (rates.traits.fused_attention) return causal / rates.attention;
  // All scores are computed and pass through memory, also those that the mask hides.
  const Bytes traffic = batch.tokens * work.sequence * layer.heads / tensor * kScoreTraffic;
  return 2.0 * causal / rates.attention + traffic / rates.memory;
}

/// Norms, rotary positions, activations, residuals, permutation of experts' tokens: bytes read and
/// written by separate kernels, of which fusion leaves a share. Counts of tensors passed are ours,
/// from the layers of Megatron-LM.
Seconds elementwise_time(const MicroBatch& batch, const LayerWork& layer, const TrainingWork& work,
                         const TrainingLayout& layout, const TrainingRates& rates) {
  const double tensor = layout.parallel.tensor;
  const double whole = layout.sequence_parallel ? tensor : 1.0;
  const double h = work.hidden;
  const double inner = layer.matrices_in + 1.0;
  const double active = layer.parameters.experts_active;
  const double routed = active * rates.traits.expert_traffic;
  double elements = 0.0;
  double quantised = 0.0;  // Inputs of products.
  if (layer.has_attention) {
    elements += layer.scan_width > 0.0 ? rates.traits.scan_passes *
                                             (8.0 * h / whole + 14.0 * layer.scan_width / tensor)
                                       : 8.0 * h / whole + 4.0 * layer.projected_width / tensor;
    quantised += h + layer.attended_width;
  }
  if (layer.has_feed_forward) {
    elements += 5.0 * h / whole + inner * layer.dense_width / tensor +
                routed * (6.0 * layer.routed_width + inner * layer.expert_width) / tensor;
    // A token is quantised once, before it is copied to its experts.
    quantised += h + layer.dense_width + routed * layer.expert_width;
  }
  Bytes traffic = elements * kElement * rates.traits.elementwise_share;
  if (batch.quantised) traffic += quantised / tensor * rates.traits.quantisation_traffic;
  return batch.tokens * traffic / rates.memory;
}

ForwardTime forward_time(const MicroBatch& batch, const LayerWork& layer, const TrainingWork& work,
                         const TrainingLayout& layout, const TrainingRates& rates,
                         const TrainingAssumptions& assumptions) {
  return {
      .products = dense_products_time(batch, layer, work, layout, rates),
      .experts = expert_products_time(batch, layer, work, layout, rates, assumptions),
      .attention = attention_time(batch, layer, work, layout, rates),
      .elementwise = elementwise_time(batch, layer, work, layout, rates),
  };
}

}  // namespace

ComputeTime layers_time(const MicroBatch& batch, const TrainingWork& work,
                        const TrainingLayout& layout, const TrainingRates& rates,
                        const TrainingAssumptions& assumptions) {
  // An unfused kernel has two products backward for each forward one, and scores only when it kept
  // none.
  const double attention_passes =
      rates.traits.fused_attention ? 1.0 + assumptions.attention_backward : kForwardAndBackward;
  ComputeTime sum;
  for (const LayerWork& group : work.groups) {
    const ForwardTime forward = forward_time(batch, group, work, layout, rates, assumptions);
    const double layers = group.layers;
    sum.products += layers * passes(work) * forward.products;
    sum.experts += layers * passes(work) * forward.experts;
    sum.attention += layers * attention_passes * forward.attention;
    sum.elementwise += layers * kForwardAndBackward * forward.elementwise;
    sum.recompute += layers * batch.recomputed * forward.total();
    if (layout.recompute == Recompute::kSelective) {
      sum.recompute += layers * rates.traits.selective_recompute * forward.total();
      if (!rates.traits.fused_attention) sum.recompute += layers * forward.attention;
    }
    const double halves = (group.has_attention ? 0.5 : 0.0) + (group.has_feed_forward ? 0.5 : 0.0);
    Seconds launches = layers * halves * rates.layer;
    if (group.scan_width > 0.0) launches += layers * rates.traits.scan_launch;
    if (group.parameters.experts > 0) {
      const double held = static_cast<double>(group.parameters.experts) / layout.parallel.expert;
      launches += layers * (rates.expert_layer + held * rates.traits.expert_launch);
    }
    sum.launches += launches;
    sum.forward += layers * forward.total() + launches / kForwardAndBackward;
    if (work.adapter_rank == 0) {
      sum.weight_gradients += layers * (forward.products + forward.experts);
    }
  }
  return sum;
}

Seconds logits_time(const MicroBatch& batch, const TrainingWork& work, const TrainingLayout& layout,
                    const TrainingRates& rates, const TrainingAssumptions& assumptions) {
  const double width = static_cast<double>(work.vocabulary) / layout.parallel.tensor;
  const ProductShape shape{
      .tokens = batch.tokens, .outputs = width, .inputs = static_cast<double>(work.hidden)};
  const Bytes traffic = assumptions.softmax_passes * batch.tokens * width * assumptions.logit;
  return passes(work) * product_time(shape.compute(), shape, rates.product_16bit, rates) +
         traffic / rates.memory;
}

}  // namespace offtake::perf
