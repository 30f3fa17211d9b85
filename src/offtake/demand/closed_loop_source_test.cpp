#include "offtake/demand/closed_loop_source.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

#include "offtake/demand/listed_lengths.hpp"
#include "offtake/demand/request_lengths.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::demand {
namespace {

using namespace literals;

constexpr std::int64_t kSecond = 1'000'000'000;

std::unique_ptr<RequestSource> ones() {
  return std::make_unique<DrawnLengths>(IndependentLengths{FixedLength{1}, FixedLength{1}}, 1);
}

struct Served {
  std::vector<Request> requests;  ///< In the order of arrival.
  std::size_t outstanding_max = 0;
};

/// Answers each request `service(request)` after it arrives, at once and however many there are.
Served serve(RequestSource& source, const std::function<SimTime(const Request&)>& service) {
  Served served;
  std::multimap<SimTime, Request> arriving, answered;
  while (auto request = source.next()) arriving.emplace(request->arrival, *request);
  while (!arriving.empty() || !answered.empty()) {
    const bool arrives = !arriving.empty() &&
                         (answered.empty() || arriving.begin()->first < answered.begin()->first);
    if (arrives) {
      const Request request = arriving.extract(arriving.begin()).mapped();
      served.requests.push_back(request);
      answered.emplace(request.arrival + service(request), request);
      served.outstanding_max = std::max(served.outstanding_max, answered.size());
    } else {
      const auto ended = answered.extract(answered.begin());
      if (auto next = source.follow_up(ended.mapped(), ended.key())) {
        arriving.emplace(next->arrival, *next);
      }
    }
  }
  return served;
}

}  // namespace

TEST_CASE("two users who think a second and wait two send every three seconds") {
  ClosedLoopSource source(
      {.users = 2, .think = {.mean = 1.0_s, .exponential = false}, .requests = 5},
      listed({{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}}), 1);
  const Served served = serve(source, [](const Request&) { return SimTime{2 * kSecond}; });
  REQUIRE(served.requests.size() == 5);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(served.requests[i].arrival == SimTime{3 * kSecond * static_cast<std::int64_t>(i / 2)});
    CHECK(served.requests[i].input == static_cast<std::int32_t>(i + 1));
    CHECK(served.requests[i].session == i % 2 + 1);
  }
}

TEST_CASE("users without lengths left, or more users than requests, end") {
  ClosedLoopSource short_of_lengths({.users = 2, .requests = 9}, listed({{1, 1}, {1, 1}, {1, 1}}),
                                    1);
  CHECK(serve(short_of_lengths, [](const Request&) { return SimTime{1}; }).requests.size() == 3);
  ClosedLoopSource short_of_requests({.users = 5, .requests = 3}, ones(), 1);
  CHECK(serve(short_of_requests, [](const Request&) { return SimTime{1}; }).requests.size() == 3);
}

TEST_CASE("no more requests than users are ever under way, and all are sent") {
  CHECK(rc::check([] {
    const int users = *rc::gen::inRange(1, 20);
    const auto requests = *rc::gen::inRange<std::int64_t>(0, 300);
    const ClosedLoop loop{.users = users,
                          .think = {.mean = *rc::gen::inRange(0, 100) * 0.1_s,
                                    .exponential = *rc::gen::arbitrary<bool>()},
                          .requests = requests};
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    ClosedLoopSource source(loop, ones(), seed);
    RandomStream work(seed, "service", 0);
    const Served served = serve(source, [&](const Request&) {
      return SimTime{static_cast<std::int64_t>(work.below(5 * kSecond))};
    });
    RC_ASSERT(static_cast<std::int64_t>(served.requests.size()) == requests);
    RC_ASSERT(served.outstanding_max <= static_cast<std::size_t>(users));
    std::map<std::uint64_t, SimTime> last;
    for (const Request& request : served.requests) {
      RC_ASSERT(1 <= request.session && request.session <= static_cast<std::uint64_t>(users));
      RC_ASSERT(request.arrival >= last[request.session]);
      last[request.session] = request.arrival;
    }
  }));
}

TEST_CASE("a closed loop sends as fast as Little's law says") {
  // N = X (R + Z): 10 users, answers after exactly 1 s, think 4 s on average, so 2 requests a
  // second. 20,000 think times have a standard error of 4 / sqrt(20,000) = 0.028 s in 5 s; five of
  // them, 2.8%, are allowed. Source: Little, Operations Research 9(3), 1961.
  ClosedLoopSource source({.users = 10, .think = {.mean = 4.0_s}, .requests = 20'000}, ones(), 1);
  const Served served = serve(source, [](const Request&) { return SimTime{kSecond}; });
  const double span = seconds(served.requests.back().arrival).base_units();
  CHECK(std::abs(20'000 / span / 2.0 - 1.0) < 0.028);
}

TEST_CASE("think times are a user's own, whoever is answered first") {
  const auto arrivals_of_first = [](SimTime second_user_takes) {
    ClosedLoopSource source({.users = 2, .think = {.mean = 1.0_s}, .requests = 40}, ones(), 9);
    std::vector<SimTime> arrivals;
    const Served served = serve(source, [&](const Request& request) {
      return request.session == 1 ? SimTime{kSecond} : second_user_takes;
    });
    for (const Request& request : served.requests) {
      if (request.session == 1 && arrivals.size() < 10) arrivals.push_back(request.arrival);
    }
    return arrivals;
  };
  CHECK(arrivals_of_first(SimTime{kSecond / 2}) == arrivals_of_first(SimTime{3 * kSecond}));
}

}  // namespace offtake::demand
