#include "offtake/demand/open_loop_source.hpp"

#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::demand {

OpenLoopSource::OpenLoopSource(ArrivalProcess process, std::unique_ptr<RequestSource> lengths,
                               ArrivalLimits limits, std::uint64_t seed)
    : times_(std::move(process), seed), lengths_(std::move(lengths)), limits_(limits) {
  expects(lengths_ != nullptr, "requests have lengths");
}

std::optional<Request> OpenLoopSource::next() {
  if (sent_ >= limits_.requests) return std::nullopt;
  const SimTime arrival = times_.next();
  if (arrival >= limits_.end) return std::nullopt;
  auto request = lengths_->next();
  if (!request) return std::nullopt;
  request->arrival = arrival;
  ++sent_;
  return request;
}

}  // namespace offtake::demand
