#pragma once

#include <cstddef>
#include <vector>

#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::demand {

/// A stretch of whole months, the step of a plan.
struct Period {
  Month begin;
  int months = 1;

  Month end() const { return begin + months; }  ///< The first month after it.
  Seconds duration() const;                     ///< A month is a twelfth of 365 days.
};

/// Months first, then quarters, from a start; the last period is cut at the end.
class PlanningGrid {
 public:
  /// Expects months >= 1 and 0 <= months_first.
  PlanningGrid(Month start, int months, int months_first);

  Month start() const { return start_; }
  int months() const { return months_; }
  Month end() const { return start_ + months_; }
  const std::vector<Period>& periods() const { return periods_; }
  std::size_t period_of(Month month) const;  ///< Expects a month inside the grid.

 private:
  Month start_;
  int months_;
  std::vector<Period> periods_;
};

}  // namespace offtake::demand
