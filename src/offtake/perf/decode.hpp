#pragma once

#include "offtake/perf/layer_cost.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"

namespace offtake::perf {

/// What of a decode step passes the layers: sequences of a rank and of its stage, and the new
/// tokens of each.
struct DecodeBatch {
  double of_rank = 1;
  double of_stage = 1;
  double context = 0;  ///< Mean, in tokens.
  double tokens = 1;   ///< With speculation, the drafts among them.

  constexpr StepTokens step_tokens() const {
    return {.of_rank = of_rank * tokens,
            .of_stage = of_stage * tokens,
            .sampled = of_rank * tokens,
            .decoded = true};
  }
};

/// The share of `sequences` of a replica that passes its stages at a time, padded to the batch for
/// which graphs are compiled.
DecodeBatch decode_batch(const ShardedModel& model, double sequences, double context);

/// Its parts that a step with prompts in it has as well: attention over the cache in all layers,
/// the host's time for its sequences, and all passes of the drafter.
Seconds decode_attention_time(const ShardedModel& model, const DecodeBatch& batch);
Seconds sequences_time(const ShardedModel& model, const DecodeBatch& batch);
Seconds drafts_time(const ShardedModel& model, const DecodeBatch& batch);

/// One new token for each of `sequences` of a replica, at a mean context of `context` tokens. The
/// stages of a pipeline each hold an equal share of the sequences, so the time is that of one
/// share through all stages: it is the time between a sequence's tokens. With speculation the step
/// verifies all drafts, so each sequence has 1 + n tokens in every product and reads its cache
/// once, and the drafter has made n passes before; tokens_per_step() of its tokens are kept.
StepCost decode_cost(const ShardedModel& model, double sequences, double context);

}  // namespace offtake::perf
