#pragma once

#include <rapidcheck.h>

#include <cmath>

#include "offtake/stress/small_problem.hpp"

namespace offtake::stress::testing {

inline double between(double low, double high) {
  return low + (high - low) * (*rc::gen::inRange(0, 1001) / 1000.0);
}

/// A buyer that may or may not make it, with every kind of line, three parties and dues among them.
inline StressProblem random_problem() {
  using namespace offtake::literals;
  using contract::RoundRule;
  StressProblem problem = small_problem();
  problem.quarters = 12;
  for (std::size_t month = 0; month < problem.revenue[0].base.size(); ++month) {
    problem.revenue[0].base[month] *= std::exp(between(0.0, 0.02) * static_cast<double>(month));
  }
  problem.revenue[0].volatility = between(0.0, 0.8);
  problem.revenue[0].receipts_lag = between(0.0, 1.5);
  problem.scenarios = {{.name = "on", .probability = 0.6}, {.name = "late", .probability = 0.4}};
  const std::vector<Dollars> base = problem.revenue[0].base;
  std::vector<Dollars> late(base.size());
  for (std::size_t month = 0; month < late.size(); ++month) {
    late[month] = 0.8 * base[month < 6 ? 0 : month - 6];
  }
  problem.revenue[0].earned = {base, late};
  problem.payables_lag = between(0.0, 1.0);
  problem.interest_on_cash = between(0.0, 0.05);
  problem.cash_min = between(0.0, 5.0) * 1.0_BUSD;
  problem.revenue_share_to = 1;
  problem.open_purchases.assign(12, between(0.0, 3.0) * 1.0_BUSD);
  problem.commitments.push_back({.name = "second",
                                 .supplier = 1,
                                 .bills = std::vector<Dollars>(20, between(2.0, 14.0) * 1.0_BUSD),
                                 .firm_share = between(0.5, 1.0),
                                 .step_down = between(0.0, 1.0),
                                 .gigawatts = 2.0});
  problem.equity = {
      {.name = "line", .investor = 2, .probability = 0.7, .schedule = {{2, 15.0_BUSD}}},
      {.name = "market",
       .probability = 0.5,
       .amount = 20.0_BUSD,
       .earliest = 3,
       .needs_open_window = true}};
  problem.debt = {
      {.name = "revolver", .limit = 4.0_BUSD, .rate = 0.05, .until = 9, .committed = true},
      {.name = "term",
       .limit = 10.0_BUSD,
       .rate = 0.1,
       .earliest = 2,
       .debt_to_trailing_revenue_max = 0.5}};
  problem.window = {
      .close_per_quarter = 0.2, .reopen_per_quarter = 0.4, .correlation_with_demand = 0.3};
  problem.rounds = {
      .rule = RoundRule::kRounds, .every_quarters = 4, .dilution_max = 0.1, .runway_quarters = 4};
  problem.parties.push_back({.name = "Builder",
                             .liquidity = 5.0_BUSD,
                             .free_cash_flow = between(-6.0, 2.0) * 1.0_BUSD,
                             .default_costs = {.assets = 0.6, .claims = 0.6}});
  problem.parties.push_back({.name = "Investor",
                             .liquidity = 20.0_BUSD,
                             .free_cash_flow = -1.0_BUSD,
                             .default_costs = {.assets = 0.6, .claims = 0.8}});
  problem.dues = {{.from = 0, .to = 1, .layer = 1, .amounts = std::vector<Dollars>(12, 2.0_BUSD)},
                  {.from = 1,
                   .to = 2,
                   .layer = 0,
                   .amounts = std::vector<Dollars>(12, 1.5_BUSD),
                   .refinanced_while_sound = true},
                  {.from = 2, .to = std::nullopt, .amounts = std::vector<Dollars>(12, 0.5_BUSD)}};
  problem.backstops = {{.by = 2, .of = 0, .cap = 3.0_BUSD}};
  problem.stakes = {{.holder = 2, .share = 0.1}};
  problem.settings.renegotiation = *rc::gen::arbitrary<bool>();
  problem.settings.running_cost = between(0.0, 0.4);
  problem.settings.party_trouble =
      *rc::gen::element(PartyTrouble::kHeldLiquidity, PartyTrouble::kOwnHazard);
  for (StressParty& party : problem.parties) party.hazard = 0.1;
  problem.settings.seed = static_cast<std::uint64_t>(*rc::gen::inRange(1, 1'000'000));
  return problem;
}

}  // namespace offtake::stress::testing
