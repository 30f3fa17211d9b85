#pragma once

#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// What a replica gives its users when a fixed number of requests is always in it.
struct SteadyState {
  double concurrency = 0;  ///< Requests in the replica, waiting ones included.
  double decoding = 0;     ///< Of these, sequences that decode at a time.
  Seconds ttft_mean;
  Seconds ttft_p50;
  Seconds ttft_p99;
  Seconds tpot_mean;
  Seconds tpot_p50;
  Seconds tpot_p99;
  TokenRate output_rate;  ///< Of the replica.
  TokenRate total_rate;   ///< Input, cached or not, and output.
  double busy = 0;        ///< Share of time in which engines or memory work.
  StepCost decode;        ///< One step of the decoding sequences alone.
  Seconds prefill_alone;  ///< A prompt on an idle replica.
  Seconds prefill_share;  ///< What a prompt adds to this one.
};

/// Continuous batching with prefills mixed in as chunks, in closed loop: each request that ends is
/// followed by the next. With `C` the concurrency, `O` the output, `Td(B)` a decode step of B
/// sequences, and of the stack `k` the prefill overlap, `f` the fused share, `q` the prompt queue,
/// d ranks:
///   tb   = share + (1 - f) (alone - share) / n    what a prompt adds: its part of full steps, and
///          of a step of its own what n prompts share that arrive while one is computed
///   TPOT = Td(B) + (1 - k) (C - 1) tb / (O - 1)   each other request prefills once meanwhile
///   TTFT = alone + Td / 2 + min(1, q d) (C - 1) (share + (alone - share) / n) + request
///   mean = TTFT + k (C - 1) share + first wave
///   B    = C (O - 1) TPOT / (mean + (O - 1) TPOT),   output = C O / (mean + (O - 1) TPOT)
/// to a fixed point, in which C is at most `capacity`; further requests wait for cache. With
/// speculation Td is a step over the tokens that it yields. As C grows the rate tends to O / (tb +
/// O Td(B) / B): prefill and decode share the chip. The mean TTFT is that of a benchmark that
/// starts all C at once: k measures how its first wave waits, the wave overlap where requests of
/// one length stay in step, and the first wave's own term its cold start. The median is of the
/// steady state after it, where prompts come in clumps, so that one waits for a share of all
/// others. The 99th percentile is that of random arrivals at a server for each attention rank, at
/// most for all C - 1, and meets a whole step rather than half of one. The prefills that meet a
/// request are taken as Poisson, so TPOT's 99th has 2.33 standard deviations more of them. Bursts
/// of arrivals are not in here.
SteadyState steady_state(const ShardedModel& model, const RequestShape& request, double concurrency,
                         double capacity);

}  // namespace offtake::perf
