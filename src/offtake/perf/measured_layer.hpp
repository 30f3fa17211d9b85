#pragma once

#include <optional>

#include "offtake/perf/sharded_model.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Parts of a layer from ServingAssumptions::operations; nothing without a table, or where it does
/// not cover one of the part's operations. A measured time has the start of its kernels in it,
/// which a layer also counts in its fixed costs: what these count for the same kernels is taken
/// off.

/// Projections of attention for `tokens` of one rank: one product for query, key and value, one for
/// the output; of latent attention down, query up, key and value up, output.
std::optional<Seconds> measured_projections(const ShardedModel& model, const ShardedLayer& layer,
                                            double tokens);

/// Dense feed-forward, or shared expert with the router: gate and up in one product, then down.
std::optional<Seconds> measured_feed_forward(const ShardedModel& model, const ShardedLayer& layer,
                                             double tokens);

/// Routed experts for `tokens` of the stage.
std::optional<Seconds> measured_experts(const ShardedModel& model, const ShardedLayer& layer,
                                        double tokens);

/// One new token for each of `sequences` of a rank at a context of `context`.
std::optional<Seconds> measured_decode_attention(const ShardedModel& model,
                                                 const ShardedLayer& layer, double sequences,
                                                 double context);

/// Prompts of equal parts on one rank.
struct PromptParts {
  double prompts = 1;
  double computed = 1;
  double cached = 0;
};
std::optional<Seconds> measured_prefill_attention(const ShardedModel& model,
                                                  const ShardedLayer& layer,
                                                  const PromptParts& parts);

std::optional<Seconds> measured_logits(const ShardedModel& model, double sampled);

}  // namespace offtake::perf
