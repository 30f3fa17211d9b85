#include "offtake/demand/planning_grid.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace offtake::demand {

TEST_CASE("a grid of seven years is 24 months, then 20 quarters") {
  // 7 * 12 = 84 months; 84 - 24 = 60 months = 20 quarters.
  const PlanningGrid grid(Month(2026, 1), 84, 24);
  CHECK(grid.periods().size() == 44);
  CHECK(grid.periods()[24].begin == Month(2028, 1));
  CHECK(grid.periods()[24].months == 3);
  CHECK(grid.period_of(Month(2028, 5)) == 25);
}

TEST_CASE("periods join without gap or overlap, and each month is in the period found for it") {
  CHECK(rc::check([] {
    const int months = *rc::gen::inRange(1, 120);
    const PlanningGrid grid(Month(2026, 4), months, *rc::gen::inRange(0, 130));
    Month at = grid.start();
    for (std::size_t period = 0; period < grid.periods().size(); ++period) {
      RC_ASSERT(grid.periods()[period].begin == at);
      for (; at < grid.periods()[period].end(); at += 1) RC_ASSERT(grid.period_of(at) == period);
    }
    RC_ASSERT(at == grid.end());
  }));
}

}  // namespace offtake::demand
