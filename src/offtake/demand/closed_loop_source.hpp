#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/demand/request_source.hpp"
#include "offtake/demand/think_time.hpp"

namespace offtake::demand {

struct ClosedLoop {
  int users = 1;  ///< At least one.
  ThinkTime think;
  std::int64_t requests = 1;  ///< Of all users together; zero or more.
};

/// Users who each wait for the answer, think and ask again. Each sends its first request at zero;
/// so no more than `users` requests are ever under way. A request's session is its user, from one.
/// Lengths come from `lengths` in the order in which requests are made; a user's think times do not
/// depend on that order.
class ClosedLoopSource final : public RequestSource {
 public:
  ClosedLoopSource(const ClosedLoop& loop, std::unique_ptr<RequestSource> lengths,
                   std::uint64_t seed);

  std::optional<Request> next() override;
  std::optional<Request> follow_up(const Request& ended, SimTime now) override;

 private:
  std::optional<Request> request_of(std::uint64_t user, SimTime arrival);

  ClosedLoop loop_;
  std::unique_ptr<RequestSource> lengths_;
  std::vector<RandomStream> thinking_;  ///< [user - 1]
  std::int64_t sent_ = 0;
  std::uint64_t started_ = 0;  ///< Users.
};

}  // namespace offtake::demand
