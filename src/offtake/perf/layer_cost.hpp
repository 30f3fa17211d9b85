#pragma once

#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"

namespace offtake::perf {

/// Tokens that pass a layer in one step.
struct StepTokens {
  double of_rank = 1;    ///< On one attention rank.
  double of_stage = 1;   ///< On all attention ranks of the stage.
  double sampled = 1;    ///< On one rank, tokens whose logits are wanted; may be none.
  bool decoded = false;  ///< Not of prompts.
};

/// Adds what `count` layers of one shape do the same way for prefill and decode: projections,
/// feed-forward, experts and the collectives among a stage's ranks.
void add_layer_costs(const ShardedModel& model, const ShardedLayer& layer, double count,
                     const StepTokens& tokens, StepCost& cost);

/// Time of the logits of `sampled` tokens on one rank.
Seconds logits_time(const ShardedModel& model, double sampled);

/// Adds to `cost` all that a step does the same way for prefill and decode: projections,
/// feed-forward, experts, logits and the collectives among a stage's ranks and between stages.
void add_linear_costs(const ShardedModel& model, const StepTokens& tokens, StepCost& cost);

/// Of the time in which a stage of a pipeline works, the share more that it waits for the others:
/// 1 / ServingAssumptions::pipeline_fill - 1; zero with one stage.
double pipeline_wait(const ShardedModel& model);

/// The time in which the host starts all kernels of a step that no graph has captured.
Seconds launch_time(const ShardedModel& model);

}  // namespace offtake::perf
