#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "offtake/base/progress.hpp"
#include "offtake/demand/request_source.hpp"
#include "offtake/serve/fleet.hpp"
#include "offtake/serve/run_outcome.hpp"
#include "offtake/serve/run_recorder.hpp"

namespace offtake::serve {

struct RunSettings {
  std::uint64_t seed = 1;
  SimTime warm_up;                  ///< Requests that arrive before it are served but not counted.
  RunRecorder* recorder = nullptr;  ///< Is told of steps and requests; none is.
  std::int64_t requests_expected = 0;  ///< For progress; zero is unknown.
  Progress progress;
};

/// Serves all requests of `source` by `fleet` until the last has ended. Events at one instant run
/// in a fixed order: arrivals, what is scheduled in the order in which it was, transfers, ends of
/// steps by index of the replica. So a run is a function of the fleet, the requests and the seed,
/// and not of how many steps are taken at once. Expects that some replica can serve: there is a
/// pool that does both, or one of each role and a link.
RunOutcome simulate(const Fleet& fleet, demand::RequestSource& source, const RunSettings& settings);

}  // namespace offtake::serve
