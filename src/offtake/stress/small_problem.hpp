#pragma once

#include "offtake/stress/stress_problem.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::stress::testing {

/// A buyer that earns 30 a quarter, owes a fifth of it, spends 5 and pays one bill of 12: it gains
/// 7 a quarter. Nothing is uncertain.
inline StressProblem small_problem() {
  using namespace offtake::literals;
  StressProblem problem{.start = Month(2026, 1), .quarters = 8, .buyer = "Lab"};
  problem.revenue = {{.name = "tokens", .base = std::vector<Dollars>(60, 10.0_BUSD)}};
  problem.scenarios = {{.name = "on-path", .probability = 1.0}};
  problem.opex = {5.0_BUSD};
  problem.revenue_share = {0.2};
  problem.commitments = {{.name = "compute",
                          .supplier = 0,
                          .bills = std::vector<Dollars>(12, 12.0_BUSD),
                          .gigawatts = 1.0}};
  problem.cash = 10.0_BUSD;
  problem.equity_value = 500.0_BUSD;
  problem.rounds = {.rule = contract::RoundRule::kListedLines, .runway_quarters = 4};
  problem.parties = {{.name = "Cloud",
                      .liquidity = 20.0_BUSD,
                      .free_cash_flow = -8.0_BUSD,
                      .default_costs = {.assets = 0.5, .claims = 0.7}}};
  problem.market = {.resale_after_seizure = 0.65, .price_impact_per_gw = 0.0, .floor = 0.2};
  problem.settings.paths = 64;
  problem.settings.raise_paths = 64;
  problem.settings.running_cost = 0.0;
  problem.settings.renegotiation = false;
  return problem;
}

}  // namespace offtake::stress::testing
