#pragma once

#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// What a prompt asks of one prefill worker.
struct PrefillService {
  Seconds alone;    ///< On an idle worker.
  Seconds share;    ///< Of a loaded worker: the time between prompts that it ends.
  Seconds of_rank;  ///< The same of one attention rank, which takes prompts of its own.
  Seconds request;  ///< Before its prefill, whatever the load.
};

PrefillService prefill_service(const ShardedModel& model, const RequestShape& request);

/// One decode worker that holds `sequences`.
struct DecodeService {
  double sequences = 0;
  StepCost step;
  Seconds tpot;
  Seconds in_decode;  ///< Of one request: all tokens but the first.
};

DecodeService decode_service(const ShardedModel& model, const RequestShape& request,
                             double sequences);

/// The sequences of the fullest of `workers` in 99 of 100 cases, when the mean is `sequences` and
/// each falls on a worker at random: binomial, taken as normal.
double sequences_p99(double sequences, int workers);

}  // namespace offtake::perf
