#pragma once

#include <expected>

#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// More requests arrive than a replica can end: the queue grows without bound.
struct Saturated {
  RequestRate rate_max;  ///< The most that it can, at all the concurrency that its cache holds.
};

/// What a replica gives when requests arrive at random at `rate`, however many are inside.
struct OpenLoop {
  RequestRate rate;
  double concurrency = 0;  ///< Mean requests in the replica, waiting ones included.
  double load = 0;         ///< Of the most that it can.
  Seconds ttft_mean;
  Seconds ttft_p50;
  Seconds ttft_p99;
  Seconds tpot_mean;
  Seconds tpot_p50;
  Seconds tpot_p99;
  SteadyState closed;  ///< The closed loop that ends as many requests a second.
};

/// The closed loop whose rate is `rate`, found by bisection on its concurrency: the rate rises with
/// it. Decode is as in that loop. To its TTFT comes the wait of Poisson arrivals: for the prefill
/// of an attention rank, a server of fixed service time; and for one of the `capacity` slots of the
/// cache, each held for a request's whole time. Below the rate of one request after another the
/// replica idles in between.
std::expected<OpenLoop, Saturated> open_loop(const ShardedModel& model, const RequestShape& request,
                                             RequestRate rate, double capacity);

}  // namespace offtake::perf
