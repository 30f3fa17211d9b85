#include "offtake/demand/planning_grid.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::demand {

using namespace literals;

Seconds Period::duration() const { return months * 1.0_months; }

PlanningGrid::PlanningGrid(Month start, int months, int months_first)
    : start_(start), months_(months) {
  expects(months >= 1, "a grid has at least one month");
  expects(months_first >= 0, "the number of monthly periods is not negative");
  for (int at = 0; at < months;) {
    const int length = at < months_first ? 1 : std::min(3, months - at);
    periods_.push_back({start + at, length});
    at += length;
  }
}

std::size_t PlanningGrid::period_of(Month month) const {
  expects(start_ <= month && month < end(), "the month lies inside the grid");
  const auto after = std::ranges::upper_bound(periods_, month, {}, &Period::begin);
  return static_cast<std::size_t>(after - periods_.begin()) - 1;
}

}  // namespace offtake::demand
