#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "offtake/demand/arrival_process.hpp"
#include "offtake/demand/request_source.hpp"

namespace offtake::demand {

/// Where requests end: at whichever of the two comes first.
struct ArrivalLimits {
  std::int64_t requests = INT64_MAX;  ///< Zero or more.
  SimTime end = kNever;               ///< Requests arrive before it.
};

/// Requests that come when a process says, whatever happens to those before them. What else there
/// is to a request comes from `lengths`, in its order; when that ends, so do the requests.
class OpenLoopSource final : public RequestSource {
 public:
  OpenLoopSource(ArrivalProcess process, std::unique_ptr<RequestSource> lengths,
                 ArrivalLimits limits, std::uint64_t seed);

  std::optional<Request> next() override;

 private:
  ArrivalTimes times_;
  std::unique_ptr<RequestSource> lengths_;
  ArrivalLimits limits_;
  std::int64_t sent_ = 0;
};

}  // namespace offtake::demand
