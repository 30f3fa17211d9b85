#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/plan/toy_problem.hpp"

using namespace offtake;
using namespace offtake::plan;

namespace {

CapacityPlan plan_of(const PlanProblem& problem) {
  return make_plan(problem, {.gap = 1e-8, .measure_information = false}, lp::HighsSolver());
}

PlanProblem equally_likely(const std::vector<double>& needs) {
  PlanProblem problem = toy::problem();
  for (const double need : needs) {
    problem.scenarios.push_back(toy::scenario(1.0 / static_cast<double>(needs.size()), need));
  }
  return problem;
}

/// A price of two parts: `fee` for each chip held, `use` for each that is used.
struct Tier {
  double fee = 0.0;
  double use = 0.0;
};

void add_tier(PlanProblem& problem, const Tier& tier) {
  problem.sources.push_back({.name = "tier", .take_price = tier.use, .extra_take = true});
  problem.levers.push_back(
      {.name = "tier", .source = static_cast<int>(problem.sources.size()) - 1, .max = 1000.0});
  for (Scenario& scenario : problem.scenarios) {
    scenario.effects.push_back({.extra = {1.0}, .bill = {tier.fee}});
  }
}

/// The screening curve, chip by chip: the one above which `level` of the sample lies is used in the
/// share of scenarios whose need exceeds it, and takes the cheapest tier at that use.
double screening_cost(std::vector<double> needs, const std::vector<Tier>& tiers) {
  std::ranges::sort(needs);
  const auto count = static_cast<double>(needs.size());
  double cost = 0.0, below = 0.0;
  for (std::size_t k = 0; k < needs.size(); ++k) {
    const double use = (count - static_cast<double>(k)) / count;
    double cheapest = use;  // On demand at 1.
    for (const Tier& tier : tiers) cheapest = std::min(cheapest, tier.fee + tier.use * use);
    cost += (needs[k] - below) * cheapest;
    below = needs[k];
  }
  return cost;
}

}  // namespace

TEST_CASE(
    "of two tiers and on demand, each takes the need that is used as often as it is best for") {
  // Fees .5 and .22, use 0 and .5, on demand 1: the first beats the second where a chip is used
  // more than (.5 - .22) / (.5 - 0) = .56 of the time, the second beats on demand above .22 / (1 -
  // .5) = .44. Needs 10, 20, ..., 100 use the chips up to 50 in at least 6 of 10 cases, those from
  // 50 to 60 in 5, the others in at most 4: tiers of 50 and 10. Cost 50 x .5 + 10 x (.22 + .5 x .5)
  // + 10 x (.4 + .3 + .2 + .1) = 25 + 4.7 + 10 = 39.7.
  PlanProblem problem =
      equally_likely({10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0});
  add_tier(problem, {.fee = 0.5, .use = 0.0});
  add_tier(problem, {.fee = 0.22, .use = 0.5});
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.levers[0] == doctest::Approx(50.0));
  CHECK(plan.levers[1] == doctest::Approx(10.0));
  CHECK(plan.objective == doctest::Approx(39.7));
}

TEST_CASE("tiers cost what the screening curve says, on any sample") {
  CHECK(rc::check([] {
    std::vector<double> needs(static_cast<std::size_t>(*rc::gen::inRange(1, 9)));
    for (double& need : needs) need = *rc::gen::inRange(0, 100);
    std::vector<Tier> tiers(static_cast<std::size_t>(*rc::gen::inRange(1, 4)));
    for (Tier& tier : tiers) {
      tier = {*rc::gen::inRange(0, 20) / 20.0, *rc::gen::inRange(0, 20) / 20.0};
    }
    PlanProblem problem = equally_likely(needs);
    for (const Tier& tier : tiers) add_tier(problem, tier);
    const CapacityPlan plan = plan_of(problem);
    RC_ASSERT(plan.status == lp::Status::kOptimal);
    RC_ASSERT(std::abs(plan.objective - screening_cost(needs, tiers)) <=
              1e-7 * plan.gross_cost + 1e-9);
  }));
}

TEST_CASE("a reservation pays above the hours at which fee and saving meet") {
  // Amazon EC2, 2013: 69 USD a year and .039 USD/h against .08 USD/h: 69 / (.08 - .039) = 1,682.9 h
  // (Wang, Li and Liang, "To reserve or not to reserve", arXiv 1305.5608). A chip used with
  // probability p in the year runs 8,760 p hours.
  CHECK(rc::check([] {
    const double use = *rc::gen::inRange(1, 100) / 100.0;
    PlanProblem problem = toy::problem();
    problem.scenarios = {toy::scenario(use, 1.0, 0.08 * 8760.0),
                         toy::scenario(1.0 - use, 0.0, 0.08 * 8760.0)};
    for (Scenario& scenario : problem.scenarios) scenario.unmet_price = {{1e4}};
    add_tier(problem, {.fee = 69.0, .use = 0.039 * 8760.0});
    const CapacityPlan plan = plan_of(problem);
    RC_ASSERT(std::abs(plan.levers[0] - (8760.0 * use > 1682.9 ? 1.0 : 0.0)) < 1e-6);
    const double cheapest = std::min(0.08 * 8760.0 * use, 69.0 + 0.039 * 8760.0 * use);
    RC_ASSERT(std::abs(plan.objective - cheapest) <= 1e-7 * plan.gross_cost);
  }));
}

TEST_CASE("the newsvendor who must pay a share of what it does not take commits to more") {
  // Demand uniform on (0, H), price P for what is taken and at least for m y, on demand 1. One chip
  // more costs P m where demand is below m y and saves 1 - P where it is above y:
  //   P m (m y / H) = (1 - P) (1 - y / H),  y = H (1 - P) / (P m^2 + 1 - P).
  // H = 200, P = .6, m = .5: y = 80 / .55 = 145.4545. Taken or due, in the mean
  //   m y (m y / H) + (y^2 - (m y)^2) / 2H + y (1 - y / H) = 26.4463 + 39.6694 + 39.6694 =
  //   105.7851,
  // beyond y (H - y)^2 / 2H = 7.4380: .6 x 105.7851 + 7.4380 = 70.9091. (With m = 1: 80 and 84.)
  std::vector<double> needs;
  for (int i = 0; i < 400; ++i) needs.push_back(0.5 * (i + 0.5));
  PlanProblem problem = equally_likely(needs);
  toy::add_offer(problem, 0.6, 0.5);
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.levers[0] == doctest::Approx(145.4545).epsilon(0.01));
  CHECK(plan.objective == doctest::Approx(70.9091).epsilon(1e-4));
}

TEST_CASE("a day's load is reserved up to the hours that are busy often enough") {
  // A reserved chip costs 2.9 an hour all day, one by the hour 6.2: it pays where load exceeds it
  // in more than 24 x 2.9 / 6.2 = 11.2 hours. The twelfth busiest of these hours has 1.02 of the
  // mean: 6.8 chips x 1.02 = 6.936 are reserved; what eleven hours need beyond comes by the hour.
  const std::array profile = {0.45, 0.38, 0.33, 0.30, 0.32, 0.40, 0.55, 0.80,
                              1.15, 1.50, 1.70, 1.72, 1.60, 1.62, 1.70, 1.68,
                              1.55, 1.35, 1.15, 1.02, 0.92, 0.80, 0.62, 0.39};
  PlanProblem problem = toy::problem();
  problem.blocks.assign(24, {"hour", 1.0 / 24.0});
  problem.workloads[0].in_block.assign(24, 1);
  problem.rentals[0].held = false;
  Scenario scenario = toy::scenario(1.0, 0.0, 6.2);
  scenario.need[0][0].clear();
  double by_the_hour = 0.0;
  for (const double load : profile) {
    scenario.need[0][0].push_back(6.8 * load);
    by_the_hour += 6.8 * std::max(0.0, load - 1.02) / 24.0;
  }
  problem.scenarios = {scenario};
  toy::add_offer(problem, 2.9);
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.levers[0] == doctest::Approx(6.936));
  CHECK(plan.objective == doctest::Approx(2.9 * 6.936 + 6.2 * by_the_hour));
}

TEST_CASE("a limit that no decision can meet leaves no plan, and says so") {
  // At most 3 chips are on offer and at least 5 must be signed.
  PlanProblem problem = equally_likely({10.0, 20.0});
  const int offer = toy::add_offer(problem, 0.5, 1.0, 3.0);
  problem.limits = {{lp::at_least(5.0), {{offer, 1.0}}}};
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.status == lp::Status::kInfeasible);
  CHECK(plan.losses.empty());
}
