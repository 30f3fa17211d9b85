#pragma once

#include <optional>

#include "offtake/perf/kv_transfer.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Equal workers that do one part of the work.
struct WorkerPool {
  ShardedModel model;
  int workers = 1;

  int chips() const { return model.layout.chips() * workers; }
};

/// A deployment whose prompts are prefilled on some chips and decoded on others.
struct Pools {
  WorkerPool prefill;
  WorkerPool decode;
  double decode_capacity = 1;  ///< Sequences for which one decode worker has cache.
  KvTransfer transfer;

  int chips() const { return prefill.chips() + decode.chips(); }
};

/// What keeps a deployment in two pools from ending more requests.
enum class PoolBound {
  kConcurrency,  ///< No more requests are there.
  kPrefill,      ///< Without their wait for prefill they would ask more of it than it can.
  kDecode,       ///< The cache of the decode workers is full.
};

/// What both pools give their users; names as in SteadyState.
struct DisaggregatedState {
  double concurrency = 0;   ///< Requests in both pools, waiting ones included.
  double decoding = 0;      ///< Sequences that decode at a time on one decode worker.
  double prefill_load = 0;  ///< Share of the most prompts that the prefill pool can.
  Seconds ttft_mean;
  Seconds ttft_p50;
  Seconds ttft_p99;
  Seconds tpot_mean;
  Seconds tpot_p50;
  Seconds tpot_p99;
  TokenRate output_rate;  ///< Of both pools.
  TokenRate total_rate;   ///< Input, cached or not, and output.
  double busy = 0;        ///< Share of time in which engines or memory work, mean over all chips.
  StepCost decode;        ///< One step of the decoding sequences of a worker.
  Seconds prefill_alone;  ///< A prompt on an idle worker.
  Seconds prefill_share;  ///< What a prompt adds to a loaded worker.
  Seconds transfer;       ///< Of its cache.
  int chips = 0;
  PoolBound bound = PoolBound::kConcurrency;
};

/// Prefill and decode in pools of their own, in closed loop. With P workers that take `tb` for a
/// prompt, D workers that decode n sequences each, `w` the wait for a prefill:
///   TPOT = Td(n) / tokens of a step
///   X    = D n / ((O - 1) TPOT)                              requests a second, by Little
///   TTFT = request + w(X tb / P) + prefill + transfer + Td / 2
///   C    = X (TTFT + (O - 1) TPOT)
/// solved for n, which is at most what a decode worker's cache holds; X never reaches P / tb. What
/// C leaves over waits before its first token. A prompt waits for a server of fixed service time,
/// one for each attention rank of a prefill worker: at most for all other C - 1, and at least for
/// the share of them that ServingAssumptions::prefill_bunching says.
/// TPOT's 99th percentile is that of a worker with 2.33 standard deviations more sequences, when
/// each of n D falls on a worker at random; a router that evens them out does better.
/// Sources: Zhong et al., "DistServe", OSDI 2024; Patel et al., "Splitwise", ISCA 2024.
DisaggregatedState disaggregated_state(const Pools& pools, const RequestShape& request,
                                       double concurrency);

/// The state in which each decode worker holds `sequences`, and the concurrency that this takes
/// when prompts arrive at random: the wait is not held to the other C - 1. Nothing when the prefill
/// pool cannot end so many.
std::optional<DisaggregatedState> disaggregated_state_of(const Pools& pools,
                                                         const RequestShape& request,
                                                         double sequences);

}  // namespace offtake::perf
