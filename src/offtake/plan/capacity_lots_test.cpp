#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/plan/toy_problem.hpp"

using namespace offtake;
using namespace offtake::plan;

TEST_CASE(
    "capacity for a growing need comes in lots of the length that economies of scale make best") {
  // Need grows by 1 a year; a lot that lasts x years costs x^.7; discount .10. Always the same lot
  // costs x^a / (1 - e^(-r x)), least where r x / (e^(r x) - 1) = a: x = 6.7547 (Manne, "Capacity
  // expansion and probabilistic growth", Econometrica 29(4), 1961). Of whole years 7 is best: 7.757
  // against 7.769 for 6 and 7.785 for 8. Call that least cost V. A lot costs at least
  // V (1 - e^(-r x)), with equality for 7 only; so over two times seven years any lots that keep up
  // cost at least V (1 - e^(-1.4)), and only two of seven do.
  constexpr int kYears = 14;
  PlanProblem problem = toy::problem();
  problem.rentals.clear();
  problem.periods.clear();
  Scenario scenario{.probability = 1.0,
                    .need = {{}},
                    .unmet_price = {{}},
                    .lost_receipts = {{}},
                    .signed_capacity = {{}},
                    .signed_bill = std::vector<double>(kYears)};
  for (int year = 0; year < kYears; ++year) {
    problem.periods.push_back(
        {.label = "year", .year = year, .years = 1.0, .discount = std::exp(-0.1 * year)});
    scenario.need[0].push_back({year + 1.0});  // At the end of the year.
    scenario.unmet_price[0].push_back(5.0);
    scenario.lost_receipts[0].push_back(0.0);
    scenario.signed_capacity[0].push_back(0.0);
  }
  std::vector<int> size_of, year_of;
  for (const int size : {6, 7, 8}) {
    problem.sources.push_back({.name = "lot"});
    for (int year = 0; year < kYears; ++year) {
      problem.levers.push_back({.name = "lot",
                                .source = static_cast<int>(problem.sources.size()) - 1,
                                .period = year,
                                .max = 1.0,
                                .whole = true});
      LeverEffect effect{.capacity = std::vector<double>(kYears),
                         .bill = std::vector<double>(kYears)};
      for (int t = year; t < kYears; ++t) effect.capacity[static_cast<std::size_t>(t)] = size;
      effect.bill[static_cast<std::size_t>(year)] = std::pow(size, 0.7);
      scenario.effects.push_back(effect);
      size_of.push_back(size);
      year_of.push_back(year);
    }
  }
  problem.scenarios = {scenario};
  const CapacityPlan plan =
      make_plan(problem, {.gap = 1e-8, .measure_information = false}, lp::HighsSolver());
  REQUIRE(plan.status == lp::Status::kOptimal);
  for (std::size_t l = 0; l < plan.levers.size(); ++l) {
    const bool best = size_of[l] == 7 && (year_of[l] == 0 || year_of[l] == 7);
    CHECK(plan.levers[l] == doctest::Approx(best ? 1.0 : 0.0));
  }
  CHECK(plan.objective == doctest::Approx(std::pow(7.0, 0.7) * (1.0 + std::exp(-0.7))));
}
