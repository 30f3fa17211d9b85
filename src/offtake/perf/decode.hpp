#pragma once

#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"

namespace offtake::perf {

/// One new token for each of `sequences` of a replica, at a mean context of `context` tokens. The
/// stages of a pipeline each hold an equal share of the sequences, so the time is that of one
/// share through all stages: it is the time between a sequence's tokens.
StepCost decode_cost(const ShardedModel& model, double sequences, double context);

}  // namespace offtake::perf
