#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "offtake/demand/workload.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// One draw of how revenue goes: which scenario holds, and each line's factor on it.
struct RevenueDraw {
  std::size_t scenario = 0;
  std::vector<double> factor;         ///< [line * quarters + quarter]
  std::vector<double> common_factor;  ///< [quarter] the standard normal all lines share.
};

/// A line's base path under one scenario. The path is shifted by whole months, standing still until
/// a late one begins; its level is a factor; `growth_scale` g makes the total of all lines
/// total(0) * (total(t) / total(0))^g, and every line keeps its share of the total.
class ScenarioRevenue {
 public:
  explicit ScenarioRevenue(const StressProblem& problem);

  /// Dollars earned in the quarter, which may lie beyond the horizon.
  double earned(std::size_t scenario, std::size_t line, int quarter) const;
  /// The same on the base path as the problem states it.
  double base(std::size_t line, int quarter) const;
  /// A quarter of the rate at which the line earned on the eve of the start.
  double before_start(std::size_t line) const { return before_start_[line]; }

 private:
  int quarters_;
  std::size_t lines_;
  std::vector<double> earned_;  ///< [(scenario * lines + line) * quarters + quarter]; last is base.
  std::vector<double> before_start_;
};

/// How far ahead of the horizon paths are known, so that a buyer can look ahead at its end.
int known_quarters(const StressProblem& problem);

/// Draws from the process that the plan draws from too, on the same streams, so that a scenario of
/// one is the same world in the other. A quarter takes the mean of its months.
class RevenueSampler {
 public:
  explicit RevenueSampler(const StressProblem& problem);

  RevenueDraw draw(std::uint64_t path) const;

 private:
  const StressProblem* problem_;
  std::vector<demand::Workload> walkers_;  ///< A name and a volatility for each line.
};

}  // namespace offtake::stress
