#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// One draw of what the world offers: when the market is open, and what each equity line pays.
struct FundingDraw {
  std::vector<bool> open;      ///< [quarter]
  std::vector<double> equity;  ///< [line * quarters + quarter] dollars paid in.
  std::vector<int> fails_in;   ///< [party] quarter in which its own hazard strikes.
};

/// Draws path `path`. The market is a two-state chain; its uniform is Phi(c z + sqrt(1 - c^2) y)
/// with z the common factor of demand, so that with c > 0 it shuts more often when demand falls.
FundingDraw draw_funding(const StressProblem& problem, std::span<const double> common_factor,
                         std::uint64_t path);

/// What a new round may bring: the `dilution_max` of an equity value that is a multiple of the
/// run-rate of revenue; a multiple of zero stands for that of the start.
double round_limit(const StressProblem& problem, double run_rate, double run_rate_at_start);

}  // namespace offtake::stress
