#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/plan/toy_problem.hpp"

using namespace offtake;
using namespace offtake::plan;

namespace {

/// Nothing is needed, or 100 chips, even odds; on demand a chip costs 1. An offer at `price`.
PlanProblem nothing_or_hundred(double price) {
  PlanProblem problem = toy::problem();
  problem.scenarios = {toy::scenario(0.5, 0.0), toy::scenario(0.5, 100.0)};
  toy::add_offer(problem, price);
  return problem;
}

CapacityPlan plan_of(const PlanProblem& problem, const std::vector<FixedPlan>& baselines = {}) {
  PlanQuestion question{.gap = 1e-9, .baselines = baselines, .near_share = 0.1};
  for (std::size_t l = 0; l < problem.levers.size(); ++l) {
    question.amounts.push_back({"offer", {{static_cast<int>(l), problem.levers[l].lot}}});
  }
  return make_plan(problem, question, lp::HighsSolver());
}

}  // namespace

TEST_CASE("as much of an offer as costs a tenth of the gross cost more") {
  // x chips at .6 cost .6 x + .5 (100 - x) = 50 + .1 x; signing nothing costs 50, so 5 more pay for
  // 50 chips, and the twentieth that a plan may exceed it by for 2.5.
  const CapacityPlan plan = plan_of(nothing_or_hundred(0.6));
  REQUIRE(plan.ranges.size() == 1);
  CHECK(plan.ranges[0].best == doctest::Approx(0.0));
  CHECK(plan.ranges[0].most_bound == doctest::Approx(50.0));
  CHECK(plan.ranges[0].most >= 50.0 - 1e-6);
  CHECK(plan.ranges[0].most <= 52.5 + 1e-6);
}

TEST_CASE("as little of an offer as costs a tenth of the gross cost more") {
  // At .4 the cost is 50 - .1 x up to 100 chips, and .4 x beyond: 40 at its least; 45 at 50 chips,
  // and at 112.5.
  const CapacityPlan plan = plan_of(nothing_or_hundred(0.4));
  REQUIRE(plan.ranges.size() == 1);
  CHECK(plan.ranges[0].best == doctest::Approx(100.0));
  CHECK(plan.ranges[0].least_bound == doctest::Approx(50.0));
  CHECK(plan.ranges[0].least <= 50.0 + 1e-6);
  CHECK(plan.ranges[0].least >= 47.5 - 1e-6);
  CHECK(plan.ranges[0].most_bound == doctest::Approx(112.5));
}

TEST_CASE("the range of whole lots is that of all plans, tried one by one") {
  CHECK(rc::check([] {
    const auto any = [](int low, int high) {
      return static_cast<double>(*rc::gen::inRange(low, high));
    };
    PlanProblem problem = toy::problem();
    for (int s = 0; s < 3; ++s) problem.scenarios.push_back(toy::scenario(1.0 / 3.0, any(0, 60)));
    for (int k = 0; k < 2; ++k) {
      const int lever = toy::add_offer(problem, any(20, 120) / 100.0, any(5, 11) / 10.0, 3.0);
      Lever& lots = problem.levers[static_cast<std::size_t>(lever)];
      lots.whole = true;
      lots.lot = any(5, 25);
      for (Scenario& scenario : problem.scenarios) {
        for (auto* figures : {&scenario.effects.back().capacity, &scenario.effects.back().extra,
                              &scenario.effects.back().bill}) {
          for (double& figure : *figures) figure *= lots.lot;
        }
      }
    }
    const CapacityPlan plan = plan_of(problem);
    const double budget = plan.objective + 0.1 * plan.gross_cost;
    std::vector<double> least(2, lp::kInfinity), most(2, 0.0);
    for (double one = 0.0; one <= 3.0; one += 1.0) {
      for (double other = 0.0; other <= 3.0; other += 1.0) {
        const auto cost = plan_cost(problem, {"", {one, other}}, {}, lp::HighsSolver());
        if (cost->risk_adjusted > budget + 1e-7) continue;
        const double amounts[] = {one * problem.levers[0].lot, other * problem.levers[1].lot};
        for (std::size_t k = 0; k < 2; ++k) {
          least[k] = std::min(least[k], amounts[k]);
          most[k] = std::max(most[k], amounts[k]);
        }
      }
    }
    for (std::size_t k = 0; k < 2; ++k) {
      RC_ASSERT(plan.ranges[k].least_bound <= least[k] + 1e-5);
      RC_ASSERT(plan.ranges[k].least <= least[k] + 1e-5);
      RC_ASSERT(plan.ranges[k].most_bound >= most[k] - 1e-5);
      RC_ASSERT(plan.ranges[k].most >= most[k] - 1e-5);
    }
  }));
}

TEST_CASE("regret is what the best plan for each scenario alone would have saved") {
  // At .4 the plan signs 100 and pays 40 whatever comes; foresight pays 0 or 40. Signing nothing
  // costs 0 or 100.
  const CapacityPlan plan = plan_of(nothing_or_hundred(0.4), {{"nothing", {0.0}}});
  REQUIRE(plan.regrets.size() == 3);
  CHECK(plan.regrets[0].name.empty());
  CHECK(plan.regrets[0].mean == doctest::Approx(20.0));
  CHECK(plan.regrets[0].worst == doctest::Approx(40.0));
  CHECK(plan.regrets[1].name == "nothing");
  CHECK(plan.regrets[1].mean == doctest::Approx(30.0));
  CHECK(plan.regrets[1].worst == doctest::Approx(60.0));
}

TEST_CASE("a limit's price is what one unit more of it saves") {
  // Of the offer at .4, of which a chip saves .1, at most 30 may be signed.
  PlanProblem problem = nothing_or_hundred(0.4);
  problem.limits.push_back({.interval = lp::at_most(30.0), .terms = {{0, 1.0}}});
  const CapacityPlan plan = plan_of(problem);
  REQUIRE(plan.limit_price.size() == 1);
  CHECK(plan.limit_price[0] == doctest::Approx(0.1));
  // 70 are short in one of two cases: a chip more at hand saves half of what it costs on demand.
  CHECK(plan.chip_price[0][0] == doctest::Approx(0.5));
}

TEST_CASE("a plan that its limits exclude names them") {
  PlanProblem problem = nothing_or_hundred(0.4);
  problem.limits.push_back(
      {.interval = lp::at_least(50.0), .terms = {{0, 1.0}}, .name = "at least fifty"});
  problem.limits.push_back(
      {.interval = lp::at_most(30.0), .terms = {{0, 1.0}}, .name = "at most thirty"});
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.status == lp::Status::kInfeasible);
  REQUIRE(plan.broken_limits.size() == 1);  // Twenty of one or of the other.
  problem.limits.pop_back();
  CHECK(plan_of(problem).broken_limits.empty());
}

TEST_CASE("money at hand is worth what it saves of emergency equity") {
  // 100 chips on demand cost 100; 60 are at hand and the rest costs a quarter of itself: in the
  // case that needs them 1 more saves .25, in the other nothing.
  PlanProblem problem = nothing_or_hundred(2.0);
  for (Scenario& scenario : problem.scenarios) scenario.effects[0].inflow = {0.0};
  problem.cash = CashRules{.start = 60.0, .emergency_price = 0.25};
  const CapacityPlan plan = plan_of(problem);
  REQUIRE(plan.cash_price.size() == 1);
  CHECK(plan.cash_price[0] == doctest::Approx(0.125));
}
