#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// One draw of what the world offers: when the market is open, and what each equity line pays.
struct FundingDraw {
  std::vector<char> open;      ///< [quarter]
  std::vector<double> equity;  ///< [line * quarters + quarter] dollars paid in.
  std::vector<int> fails_in;   ///< [party] quarter in which its own hazard strikes.
};

/// Draws the market and the equity lines as the plan draws them, so that a scenario of one is the
/// same world in the other: the market by `contract::open_quarters`, a line by the stratified level
/// of its name.
class FundingSampler {
 public:
  explicit FundingSampler(const StressProblem& problem);

  /// `common_factor` is demand's, a quarter.
  FundingDraw draw(std::span<const double> common_factor, std::uint64_t path) const;

 private:
  void pay_in(std::size_t line, std::uint64_t path, const FundingDraw& world,
              std::span<double> paid) const;

  const StressProblem* problem_;
  std::vector<std::string> draws_;          ///< [line] whose draw decides it: the event's first.
  std::vector<std::vector<double>> level_;  ///< [line][path] it comes below its probability.
};

/// What a new round may bring: the `dilution_max` of an equity value that is a multiple of the
/// run-rate of revenue; a multiple of zero stands for that of the start.
double round_limit(const StressProblem& problem, double run_rate, double run_rate_at_start);

}  // namespace offtake::stress
