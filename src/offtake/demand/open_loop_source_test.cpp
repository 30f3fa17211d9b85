#include "offtake/demand/open_loop_source.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "offtake/demand/listed_lengths.hpp"
#include "offtake/demand/request_lengths.hpp"

namespace offtake::demand {
namespace {

constexpr PoissonArrivals kTenASecond{Hertz::in_base_units(10.0)};

std::unique_ptr<RequestSource> ones() {
  return std::make_unique<DrawnLengths>(IndependentLengths{FixedLength{1}, FixedLength{1}}, 1);
}

}  // namespace

TEST_CASE("requests have the process's times and the lengths in their order") {
  OpenLoopSource source(kTenASecond, listed({{5, 6}, {7, 8}}), {}, 3);
  ArrivalTimes times(kTenASecond, 3);
  const auto first = source.next();
  CHECK(first->arrival == times.next());
  CHECK(first->input == 5);
  CHECK(first->output == 6);
  const auto second = source.next();
  CHECK(second->arrival == times.next());
  CHECK(second->input == 7);
  CHECK(!source.next());
  CHECK(!source.follow_up(*second, second->arrival));
}

TEST_CASE("requests end at a count or a time, whichever is first") {
  CHECK(rc::check([] {
    const auto count = *rc::gen::inRange<std::int64_t>(0, 200);
    const SimTime end{*rc::gen::inRange<std::int64_t>(1, 20'000'000'000)};
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    std::int64_t in_time = 0;
    ArrivalTimes times(kTenASecond, seed);
    while (times.next() < end) ++in_time;
    OpenLoopSource source(kTenASecond, ones(), {.requests = count, .end = end}, seed);
    std::int64_t sent = 0;
    while (const auto request = source.next()) {
      RC_ASSERT(request->arrival < end);
      ++sent;
    }
    RC_ASSERT(sent == std::min(count, in_time));
  }));
}

}  // namespace offtake::demand
