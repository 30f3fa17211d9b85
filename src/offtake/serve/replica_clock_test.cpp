#include "offtake/serve/replica_clock.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace offtake;
using namespace offtake::serve;

TEST_CASE("the clock finds the earliest replica, the first of equal ones") {
  CHECK(rc::check([] {
    const int count = *rc::gen::inRange(1, 20);
    ReplicaClock clock(count);
    std::vector<SimTime> times(static_cast<std::size_t>(count), kNever);
    RC_ASSERT(clock.time() == kNever);
    for (int round = 0; round < 50; ++round) {
      const int replica = *rc::gen::inRange(0, count);
      const SimTime time{*rc::gen::inRange<std::int64_t>(0, 8)};
      clock.set(replica, time);
      times[static_cast<std::size_t>(replica)] = time;
      const auto first = std::ranges::min_element(times);
      RC_ASSERT(clock.time() == *first);
      RC_ASSERT(clock.earliest() == first - times.begin());
    }
  }));
}
