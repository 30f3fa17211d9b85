#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offtake/api/request.hpp"
#include "offtake/base/input_error.hpp"
#include "offtake/demand/request_source.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/trace/request_trace.hpp"

namespace offtake::api {

/// Requests of which the mean lengths are taken, from the start of a trace.
inline constexpr std::int64_t kTypicalRequests = 20'000;

/// What the start of a trace says of the rest.
struct TraceLook {
  perf::RequestShape typical;   ///< Mean lengths of its first kTypicalRequests.
  int prefix_block_tokens = 0;  ///< Of the names of prefixes; zero where there are none.
  std::string format;
  std::int64_t requests = 0;  ///< Looked at.
  std::optional<Hertz> rate;  ///< Of arrivals, over those requests.
};

TraceLook look_at_trace(const ReplayRequest& request, const std::vector<std::string>& classes);

/// The requests of a replay at `load` times their rate; in a closed loop, with so many times the
/// users. `trace` is told of what was read and clipped.
struct ReplaySource {
  std::unique_ptr<demand::RequestSource> requests;
  const trace::RequestTrace* trace = nullptr;
};

ReplaySource replay_source(const ReplayRequest& request, const std::vector<std::string>& classes,
                           double load);

/// What is wrong with the way in which requests are asked to come.
void check_arrivals(const ReplayRequest& request, std::vector<Problem>& problems);

}  // namespace offtake::api
