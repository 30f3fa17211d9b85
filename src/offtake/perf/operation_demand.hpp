#pragma once

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/perf/measured_operations.hpp"
#include "offtake/perf/op_cost.hpp"

namespace offtake::perf {

/// What single operations ask of a chip: the FLOP of the products, and weights, cache and 16-bit
/// activations once each. `format` is that of the weights, or of the cache.

OpDemand gemm_demand(const GemmSize& size, hardware::NumericFormat format);
OpDemand decode_attention_demand(const AttentionSize& size, hardware::NumericFormat format);
/// The last `computed` tokens of each prompt, the others being cached; causal.
OpDemand prefill_attention_demand(const AttentionSize& size, hardware::NumericFormat format,
                                  double computed);
OpDemand latent_decode_demand(const LatentSize& size, hardware::NumericFormat format);
OpDemand latent_prefill_demand(const LatentSize& size, hardware::NumericFormat format,
                               double computed);
/// With as many experts hit as ServingAssumptions has by default, spread evenly over the ranks.
OpDemand expert_demand(const ExpertSize& size, hardware::NumericFormat format);

}  // namespace offtake::perf
