#include "offtake/stress/year_ends.hpp"

namespace offtake::stress {

std::vector<YearEnd> year_ends(const StressProblem& problem) {
  std::vector<YearEnd> ends;
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    const Month last = problem.start + (3 * quarter + 2);
    const bool ends_year = last.month() > 9;
    if (ends_year || quarter + 1 == problem.quarters) ends.push_back({last.year(), quarter});
  }
  return ends;
}

double end_of(const StressProblem& problem, int quarter) {
  const Month after = problem.start + (3 * quarter + 3);
  return after.year() + (after.month() - 1) / 12.0;
}

}  // namespace offtake::stress
