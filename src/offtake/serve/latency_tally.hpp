#pragma once

#include "offtake/base/batched_values.hpp"
#include "offtake/demand/request.hpp"
#include "offtake/serve/service_class.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// What one request's user saw.
struct RequestTimes {
  SimTime ttft;
  SimTime e2e;
  std::int32_t output = 1;

  /// Mean time between its tokens; zero for a single token.
  Seconds tpot() const { return output > 1 ? seconds(e2e - ttft) / (output - 1.0) : Seconds{}; }
};

bool keeps(const ServiceObjective& objective, const RequestTimes& times);

/// What the users of a class saw, in seconds.
struct LatencyTally {
  BatchedValues ttft;
  BatchedValues tpot;  ///< Of requests of more than one token.
  BatchedValues e2e;

  void add(const RequestTimes& times);
};

}  // namespace offtake::serve
