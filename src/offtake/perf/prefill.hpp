#pragma once

#include "offtake/perf/layer_cost.hpp"
#include "offtake/perf/measured_layer.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"

namespace offtake::perf {

/// What of prompts passes the layers together.
struct PromptBatch {
  StepTokens tokens;
  Seconds attention;        ///< On the fullest rank, through all stages.
  bool of_several = false;  ///< Whether the stages have other micro-batches, for which each waits.
};

/// A step of prompts alone.
StepCost prefill_cost_of_batch(const ShardedModel& model, const PromptBatch& batch);

/// Attention of such prompts on one rank, in all layers.
Seconds prefill_attention_time(const ShardedModel& model, const PromptParts& parts);

/// A prefill of `tokens` on each of `ranks` attention ranks at once, after `cached` tokens that are
/// already in the cache, through all stages. Where the host launches layers more slowly than the
/// chip runs them, the wait is in `fixed`.
StepCost prefill_cost(const ShardedModel& model, double tokens, double cached, int ranks);

/// `prompts` whole prompts of `tokens` each on each attention rank in one step, none of which sees
/// another.
StepCost prefill_cost_of_prompts(const ShardedModel& model, double prompts, double tokens,
                                 double cached);

/// A prompt of `input` tokens, `computed` of them not cached, alone: chunk after chunk on one
/// attention rank.
Seconds prompt_time(const ShardedModel& model, double input, double computed);

/// What one prompt of `input` tokens, `computed` of them not cached, adds to a loaded replica: its
/// share of full chunks on all ranks and stages.
Seconds prefill_share(const ShardedModel& model, double input, double computed);

}  // namespace offtake::perf
