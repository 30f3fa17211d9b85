#pragma once

#include <functional>
#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/demand/planning_grid.hpp"
#include "offtake/plan/plan_problem.hpp"

namespace offtake::study {

/// The plan's periods over the book's months.
class PlanCalendar {
 public:
  PlanCalendar(const book::Book& book, int months_first);

  std::size_t periods() const { return grid_.periods().size(); }
  int months() const { return grid_.months(); }
  int first_month(std::size_t period) const;
  /// Labels, lengths and discount factors, for the problem.
  std::vector<plan::Period> plan_periods(double discount_rate) const;

  std::vector<double> means(const std::function<double(int month)>& value) const;
  std::vector<double> sums(const std::function<double(int month)>& value) const;
  /// Months since the start of the first month at or after `month`, not below zero.
  int months_to(Month month) const;

 private:
  demand::PlanningGrid grid_;
};

/// Share of a lot that ramps linearly over `ramp` months from `start` and stays `term` months, each
/// part from its own delivery, that is there in `month` (mean of the month); all in months, term 0:
/// for ever.
double delivered_share(double month, double start, double ramp, double term);

}  // namespace offtake::study
