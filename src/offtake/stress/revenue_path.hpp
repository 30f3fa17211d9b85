#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "offtake/demand/workload.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// One draw of how revenue goes.
struct RevenueDraw {
  std::size_t scenario = 0;
  std::vector<double> earned;         ///< [line * quarters + quarter] dollars.
  std::vector<double> common_factor;  ///< [quarter] the standard normal all lines share.
};

/// The base path by quarter, which the buyer plans with.
class BaseRevenue {
 public:
  explicit BaseRevenue(const StressProblem& problem) : problem_(&problem) {}

  /// Dollars earned in the quarter, which may lie beyond the horizon.
  double earned(std::size_t line, int quarter) const;
  /// A quarter of the rate at which the line earned on the eve of the start.
  double before_start(std::size_t line) const;

 private:
  const StressProblem* problem_;
};

/// How far ahead of the horizon paths are known, so that a buyer can look ahead at its end.
int known_quarters(const StressProblem& problem);

/// Draws from the process that the plan draws from too, on the same streams, so that a scenario of
/// one is the same world in the other: month by month each line earns what its scenario says times
/// its wandering factor.
class RevenueSampler {
 public:
  explicit RevenueSampler(const StressProblem& problem);

  RevenueDraw draw(std::uint64_t path) const;

 private:
  const StressProblem* problem_;
  std::vector<demand::Workload> walkers_;  ///< A name and a volatility for each line.
  std::vector<double> level_;              ///< [path] of the scenario.
};

}  // namespace offtake::stress
