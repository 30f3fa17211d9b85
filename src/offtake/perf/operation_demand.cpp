#include "offtake/perf/operation_demand.hpp"

#include "offtake/model/attention.hpp"
#include "offtake/model/mixture_of_experts.hpp"
#include "offtake/perf/serving_assumptions.hpp"

namespace offtake::perf {
namespace {

/// The tables of mixtures draw their choices from a power law that reaches as many experts.
constexpr double kEvennessOfTables = 0.8;

using hardware::NumericFormat;

constexpr double kActivationElement = 2.0;  ///< Bytes.

OpDemand demand(double flops, Bytes stored, double activations) {
  return {.compute = Flops::in_base_units(flops),
          .memory = stored + Bytes::in_base_units(activations * kActivationElement)};
}

model::GroupedQueryAttention grouped(const AttentionSize& size) {
  return {.heads = 1,
          .kv_heads = 1,
          .head_dim = size.head_dim,
          .window = size.window > 0 ? std::optional(size.window) : std::nullopt};
}

model::LatentAttention one_latent_head() {
  return {.heads = 1, .kv_rank = 512, .nope_dim = 128, .rope_dim = 64, .value_dim = 128};
}

}  // namespace

OpDemand gemm_demand(const GemmSize& size, NumericFormat format) {
  return demand(2.0 * size.tokens * size.inputs * size.outputs,
                size.inputs * size.outputs * element_size(format),
                size.tokens * (size.inputs + size.outputs));
}

OpDemand decode_attention_demand(const AttentionSize& size, NumericFormat format) {
  const model::Attention head = grouped(size);
  return demand(size.batch * size.heads * model::attention_flops(head, size.tokens, true),
                size.batch * size.kv_heads * model::kv_elements_moved(head, size.tokens) *
                    element_size(format),
                2.0 * size.batch * size.heads * size.head_dim);
}

OpDemand prefill_attention_demand(const AttentionSize& size, NumericFormat format,
                                  double computed) {
  const model::Attention head = grouped(size);
  const double cached = size.tokens - computed;
  return demand(size.batch * size.heads * model::attention_flops_of_chunk(head, cached, computed),
                size.batch * size.kv_heads * model::kv_elements_held(head, size.tokens) *
                    element_size(format),
                2.0 * size.batch * computed * size.head_dim * (size.heads + size.kv_heads));
}

OpDemand latent_decode_demand(const LatentSize& size, NumericFormat format) {
  const model::LatentAttention head = one_latent_head();
  const double latent = head.kv_rank + head.rope_dim;
  return demand(size.batch * size.heads * model::attention_flops(head, size.tokens, true),
                size.batch * size.tokens * latent * element_size(format),
                size.batch * size.heads * (latent + head.kv_rank));
}

OpDemand latent_prefill_demand(const LatentSize& size, NumericFormat format, double computed) {
  const model::LatentAttention head = one_latent_head();
  const double key = head.nope_dim + head.rope_dim;
  return demand(size.batch * size.heads *
                    model::attention_flops_of_chunk(head, size.tokens - computed, computed),
                size.batch * size.tokens * (head.kv_rank + head.rope_dim) * element_size(format),
                2.0 * size.batch * size.heads * computed * (key + head.value_dim));
}

OpDemand expert_demand(const ExpertSize& size, NumericFormat format) {
  const model::MixtureOfExperts mixture{
      .experts = size.experts, .active = size.active, .width = size.width};
  const double matrices =
      model::feed_forward_parameters(size.hidden, size.width, mixture.gated) / size.tensor;
  const double choices = size.tokens * size.active / size.expert;
  const double hit = model::experts_hit(mixture, size.tokens, kEvennessOfTables) / size.expert;
  return demand(2.0 * choices * matrices, hit * matrices * element_size(format),
                2.0 * choices * size.hidden);
}

}  // namespace offtake::perf
