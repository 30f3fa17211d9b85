#pragma once

#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// A batch that begins and ends together.
struct StaticBatch {
  double batch = 0;  ///< Requests of the replica.
  Seconds ttft;
  Seconds tpot;
  Seconds e2e;
  TokenRate output_rate;  ///< Of the replica.
  TokenRate total_rate;   ///< Input, cached or not, and output.
  StepCost decode;        ///< A step at the mean context.
};

/// Serving without continuous batching, as in FasterTransformer, TensorRT-LLM's fixed batches and
/// the first stacks of Gaudi and Neuron: all `batch` prompts are prefilled, as many whole ones in a
/// step as its token budget holds, or chunks of each where one is longer; then all decode in
/// lockstep to the last token.
///   TTFT = request + prefill,   E2E = TTFT + (O - 1) TPOT,   output = batch O / E2E
/// Through `p` stages the steps of prefill take (their sum + (p - 1) x the longest) / p, which is
/// (m + p - 1) / p of a step for `m` equal ones (Huang et al., "GPipe", NeurIPS 2019). Requests are
/// of equal length; where they differ, the short ones wait for the longest, which is not in here.
StaticBatch static_batch(const ShardedModel& model, const RequestShape& request, double batch);

}  // namespace offtake::perf
