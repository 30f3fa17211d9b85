#pragma once

#include <optional>

#include "offtake/demand/request.hpp"

namespace offtake::demand {

/// Who sends requests: a trace, an arrival process, or users who wait for their answers. Gives one
/// request at a time, so that a run's memory does not grow with its length.
class RequestSource {
 public:
  RequestSource() = default;
  RequestSource(const RequestSource&) = delete;
  RequestSource& operator=(const RequestSource&) = delete;
  virtual ~RequestSource() = default;

  /// The next request that comes whatever happens to others, none when there are no more. Arrivals
  /// never descend.
  virtual std::optional<Request> next() = 0;

  /// The request that follows because `ended` was answered, or refused, at `now`: the next turn of
  /// a conversation, or the next of a user in a closed loop. It arrives at `now` or later.
  virtual std::optional<Request> follow_up(const Request& /*ended*/, SimTime /*now*/) {
    return std::nullopt;
  }
};

}  // namespace offtake::demand
