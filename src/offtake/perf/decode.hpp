#pragma once

#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"

namespace offtake::perf {

/// One new token for each of `sequences` of a replica, at a mean context of `context` tokens. The
/// stages of a pipeline each hold an equal share of the sequences, so the time is that of one
/// share through all stages: it is the time between a sequence's tokens. With speculation the step
/// verifies all drafts, so each sequence has 1 + n tokens in every product and reads its cache
/// once, and the drafter has made n passes before; tokens_per_step() of its tokens are kept.
StepCost decode_cost(const ShardedModel& model, double sequences, double context);

}  // namespace offtake::perf
