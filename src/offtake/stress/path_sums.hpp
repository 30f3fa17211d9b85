#pragma once

#include <cstddef>
#include <vector>

#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// Sums over some of the paths, in dollars. Blocks of paths are added in order, so that threads do
/// not change a digit.
struct PathSums {
  std::vector<double> customers;    ///< [quarter]
  std::vector<double> outside;      ///< [quarter] the buyer's other money from outside.
  std::vector<double> equity_line;  ///< [equity line]
  std::vector<double> equity;       ///< [party * quarters + quarter] paid to the buyer.
  std::vector<double> paid;         ///< [party * quarters + quarter] paid by the buyer.
  double cleared = 0.0;             ///< Owed on dates on which someone was short.
  double gap = 0.0;                 ///< Of that, paid in the greatest and not in the least way.

  explicit PathSums(const StressProblem& problem);
  void add(const PathSums& other);
};

}  // namespace offtake::stress
