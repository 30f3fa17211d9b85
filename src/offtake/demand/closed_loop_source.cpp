#include "offtake/demand/closed_loop_source.hpp"

#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::demand {

ClosedLoopSource::ClosedLoopSource(const ClosedLoop& loop, std::unique_ptr<RequestSource> lengths,
                                   std::uint64_t seed)
    : loop_(loop), lengths_(std::move(lengths)) {
  expects(loop.users >= 1, "a closed loop has users");
  expects(loop.think.mean >= Seconds{}, "users do not think backwards");
  expects(lengths_ != nullptr, "requests have lengths");
  for (int user = 0; user < loop.users; ++user) {
    thinking_.emplace_back(seed, "demand/closed-loop-think-time", static_cast<std::uint64_t>(user));
  }
}

std::optional<Request> ClosedLoopSource::next() {
  if (started_ == thinking_.size()) return std::nullopt;
  return request_of(++started_, SimTime{});
}

std::optional<Request> ClosedLoopSource::follow_up(const Request& ended, SimTime now) {
  expects(1 <= ended.session && ended.session <= thinking_.size(), "the request is of a user");
  return request_of(ended.session,
                    now + draw_think_time(loop_.think, thinking_[ended.session - 1]));
}

std::optional<Request> ClosedLoopSource::request_of(std::uint64_t user, SimTime arrival) {
  if (sent_ >= loop_.requests) return std::nullopt;
  auto request = lengths_->next();
  if (!request) return std::nullopt;
  request->arrival = arrival;
  request->session = user;
  ++sent_;
  return request;
}

}  // namespace offtake::demand
