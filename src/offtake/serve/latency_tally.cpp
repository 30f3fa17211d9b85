#include "offtake/serve/latency_tally.hpp"

namespace offtake::serve {

bool keeps(const ServiceObjective& objective, const RequestTimes& times) {
  return (!objective.ttft || times.ttft <= *objective.ttft) &&
         (!objective.tpot || times.tpot() <= seconds(*objective.tpot)) &&
         (!objective.e2e || times.e2e <= *objective.e2e);
}

void LatencyTally::add(const RequestTimes& times) {
  ttft.add(seconds(times.ttft).base_units());
  if (times.output > 1) tpot.add(times.tpot().base_units());
  e2e.add(seconds(times.e2e).base_units());
}

}  // namespace offtake::serve
