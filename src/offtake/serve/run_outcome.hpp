#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "offtake/serve/latency_tally.hpp"
#include "offtake/serve/pool_tally.hpp"
#include "offtake/serve/time_rows.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// Requests, by what became of them.
struct RequestCounts {
  std::int64_t arrived = 0;
  std::int64_t refused = 0;   ///< By admission control.
  std::int64_t too_long = 0;  ///< For the cache of every replica.
  std::int64_t completed = 0;
  std::int64_t kept = 0;           ///< Completed within the objective of their class.
  std::int64_t output_tokens = 0;  ///< Of those completed.
  std::int64_t input_tokens = 0;

  RequestCounts& operator+=(const RequestCounts& other);
  /// Of those that arrived, refused ones included.
  double attainment() const {
    return arrived == 0 ? 1.0 : static_cast<double>(kept) / static_cast<double>(arrived);
  }
};

struct ClassOutcome {
  std::string name;
  RequestCounts counts;
  LatencyTally latency;
};

/// A pool's state at samples in a period, summed; divide by `samples`.
struct Occupancy {
  double samples = 0;
  double waiting = 0;     ///< Requests.
  double decoding = 0;    ///< Sequences.
  double in_service = 0;  ///< Replicas.
  double cache_used = 0;  ///< Share of the blocks of replicas in service.

  Occupancy& operator+=(const Occupancy& other);
};

struct PoolOutcome {
  std::string name;
  PoolTally tally;
  SimTime in_service;     ///< Summed over replicas.
  SimTime rented;         ///< The same, starting, failed and maintained ones included.
  int replicas_most = 0;  ///< Rented at once.
  std::int64_t failures = 0;
  double cache_used = 0;  ///< Mean share of blocks.
  Joules energy;
  Dollars cost;
  TimeRows<Occupancy> occupancy{SimTime{1'000'000'000}, 1024};

  double utilization() const {
    return in_service.ns == 0
               ? 0.0
               : static_cast<double>(tally.busy.ns) / static_cast<double>(in_service.ns);
  }
};

/// What a simulation saw after its warm-up.
struct RunOutcome {
  SimTime begun;  ///< End of the warm-up.
  SimTime ended;  ///< When the last request ended.
  RequestCounts counts;
  LatencyTally latency;
  std::vector<ClassOutcome> classes;
  std::vector<PoolOutcome> pools;
  TimeRows<RequestCounts> minutes{SimTime{60'000'000'000}, 16384};  ///< By arrival.
  std::int64_t restarts = 0;     ///< Requests that lost their replica and began anew.
  double bytes_transferred = 0;  ///< Between prefill and decode replicas.
  std::int64_t events = 0;       ///< That the simulation took.

  Seconds duration() const { return seconds(ended - begun); }
  double requests_per_second() const;
  double goodput() const;  ///< Requests within their objective, a second.
  TokenRate output_rate() const;
  Dollars cost() const;
  Joules energy() const;
  PoolTally tally() const;  ///< Of all pools.
};

}  // namespace offtake::serve
