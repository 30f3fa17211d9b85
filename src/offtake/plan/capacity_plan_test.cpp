#include "offtake/plan/capacity_plan.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/toy_problem.hpp"

using namespace offtake;
using namespace offtake::plan;

namespace {

CapacityPlan plan_of(const PlanProblem& problem, PlanQuestion question = {}) {
  question.gap = 1e-8;
  return make_plan(problem, question, lp::HighsSolver());
}

PlanProblem equally_likely(const std::vector<double>& needs) {
  PlanProblem problem = toy::problem();
  for (const double need : needs) {
    problem.scenarios.push_back(toy::scenario(1.0 / static_cast<double>(needs.size()), need));
  }
  return problem;
}

}  // namespace

TEST_CASE("the newsvendor of normal demand: commitment, value of foresight, of planning for risk") {
  // Demand N(100, 20), commitment at .6 against 1 on demand: Q = 100 + 20 z(.4) = 94.9331, cost
  // .6 x 100 + 20 phi(z(.4)) = 67.72685; with foresight 60; committing to the mean costs
  // 60 + 20 phi(0) = 67.97885. Midpoints of 400 equally likely strips stand for the density.
  std::vector<double> needs;
  for (int i = 0; i < 400; ++i) needs.push_back(100.0 + 20.0 * normal_quantile((i + 0.5) / 400.0));
  PlanProblem problem = equally_likely(needs);
  toy::add_offer(problem, 0.6);
  const CapacityPlan plan = plan_of(problem);
  REQUIRE(plan.status == lp::Status::kOptimal);
  CHECK(plan.levers[0] == doctest::Approx(94.9331).epsilon(0.002));
  CHECK(plan.expected == doctest::Approx(67.72685).epsilon(0.0005));
  CHECK(plan.evpi == doctest::Approx(7.72685).epsilon(0.004));
  REQUIRE(plan.vss.has_value());
  CHECK(*plan.vss == doctest::Approx(0.252).epsilon(0.01));
}

TEST_CASE("access to a chip of unknown cost is an option") {
  // 100 are needed; a GPU costs 1. A port for 10 opens a new chip at .6 or 1.2, equally likely, and
  // work may stay on GPUs: .5 x 60 + .5 x 100 + 10 = 90. Without: 100. With foresight the port is
  // made in the good case only: .5 x 70 + .5 x 100 = 85.
  PlanProblem problem = toy::problem();
  problem.pools.push_back({.name = "new", .ratio = {1.0}, .movable = {1.0}});
  problem.rentals.push_back({.name = "new", .pool = 1, .gates = {0}});
  problem.levers.push_back({.name = "port", .kind = LeverKind::kPort, .max = 1.0, .whole = true});
  for (const double price : {0.6, 1.2}) {
    Scenario scenario = toy::scenario(0.5, 100.0);
    scenario.signed_capacity = {{0.0}, {0.0}};
    scenario.rental_price = {{1.0}, {price}};
    scenario.rental_max = {{1000.0}, {1000.0}};
    scenario.effects = {{.capacity = {1.0}, .bill = {10.0}}};
    problem.scenarios.push_back(scenario);
  }
  const CapacityPlan plan =
      plan_of(problem, {.value_of = {{.name = "access", .levers = {0}, .others = {}}}});
  CHECK(plan.objective == doctest::Approx(90.0));
  CHECK(plan.evpi == doctest::Approx(5.0).epsilon(1e-3));
  REQUIRE(plan.value_of.size() == 1);
  CHECK(plan.value_of[0].low == doctest::Approx(10.0));
  CHECK(plan.value_of[0].high == doctest::Approx(10.0));
  CHECK(plan.value_of[0].resolved);
}

TEST_CASE("a minimum take lets the rest go unused") {
  // 100 chips at 1 with half due against on demand at 3; needs 40 and 100: pays 50 used or not,
  // then 50 more when the need is 100: 75 in the mean. Fewer chips only cost more.
  PlanProblem problem = equally_likely({40.0, 100.0});
  for (Scenario& scenario : problem.scenarios) scenario.rental_price = {{3.0}};
  toy::add_offer(problem, 1.0, 0.5);
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.levers[0] == doctest::Approx(100.0));
  CHECK(plan.objective == doctest::Approx(75.0));
  CHECK(plan.outcomes[0].cost.new_bills == doctest::Approx(50.0));
  CHECK(plan.outcomes[1].cost.extra_take == doctest::Approx(50.0));
}

TEST_CASE("the price of a first unit says how far an offer is from being signed") {
  // Needs 0 and 100 equally likely, on demand 1. A committed chip saves .5 in the mean, so one at
  // .8 would have to fall by .3.
  PlanProblem problem = equally_likely({0.0, 100.0});
  toy::add_offer(problem, 0.8);
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.levers[0] == doctest::Approx(0.0));
  CHECK(plan.marginal[0] == doctest::Approx(0.3));
}

TEST_CASE("one path without offers costs its bills, rentals and penalties") {
  // Bill 7, receipts 20 earned, 5 of other costs; 10 needed: 4 signed, 5 rented at 2, 1 unmet at
  // 100: 7 + 5 + 10 + 100 - 20 = 102. In cash 3 + 20 - 7 - 5 - 10 - 8 (lost receipts of the unmet)
  // = -7, and 2 must stay: 9 of emergency equity at .25 = 2.25.
  PlanProblem problem = toy::problem();
  Scenario scenario = toy::scenario(1.0, 10.0, 2.0);
  scenario.signed_capacity = {{4.0}};
  scenario.signed_bill = {7.0};
  scenario.rental_max = {{5.0}};
  scenario.revenue = scenario.receipts = {20.0};
  scenario.other_costs = {5.0};
  scenario.lost_receipts = {{8.0}};
  problem.scenarios = {scenario};
  problem.cash = CashRules{.start = 3.0, .minimum = 2.0};
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.objective == doctest::Approx(104.25));
  const ScenarioOutcome& outcome = plan.outcomes[0];
  CHECK(outcome.emergency[0] == doctest::Approx(9.0));
  CHECK(outcome.unmet[0][0] == doctest::Approx(1.0));
  CHECK(outcome.cost.total() == doctest::Approx(plan.objective));
}

TEST_CASE("deferrable work fills the hours that others leave") {
  // Days (half the hours) need 10, nights nothing; 5 of batch in the mean fits the nights' 10 idle
  // chips: 10 chips suffice. Spread evenly it would need 15.
  PlanProblem problem = toy::problem();
  problem.blocks = {{"day", 0.5}, {"night", 0.5}};
  problem.workloads = {{.name = "serving", .in_block = {1, 1}},
                       {.name = "batch", .deferrable = true, .in_block = {1, 1}}};
  problem.pools[0].ratio = problem.pools[0].movable = {1.0, 1.0};
  Scenario scenario = toy::scenario(1.0, 0.0);
  scenario.need = {{{10.0, 0.0}}, {{5.0, 5.0}}};
  scenario.unmet_price = scenario.lost_receipts = {{100.0}, {100.0}};
  problem.scenarios = {scenario};
  const CapacityPlan plan = plan_of(problem);
  CHECK(plan.objective == doctest::Approx(10.0));
  problem.workloads[1].deferrable = false;
  CHECK(plan_of(problem).objective == doctest::Approx(15.0));
}

TEST_CASE("laws of any plan") {
  CHECK(rc::check([] {
    std::vector<double> needs(static_cast<std::size_t>(*rc::gen::inRange(2, 6)));
    for (double& need : needs) need = *rc::gen::inRange(0, 200);
    const double price = *rc::gen::inRange(1, 12) / 10.0;
    const double take = *rc::gen::inRange(1, 5) / 4.0;
    PlanQuestion question;
    question.risk = {.lambda = *rc::gen::inRange(0, 5) / 4.0, .alpha = 0.75};
    question.frontier = {0.0, 0.5, 1.0};

    PlanProblem problem = equally_likely(needs);
    toy::add_offer(problem, price, take);
    const CapacityPlan one = plan_of(problem, question);
    const double tolerance = 1e-5 * one.gross_cost + 1e-6;
    RC_ASSERT(one.evpi > -tolerance);
    RC_ASSERT(!one.vss || *one.vss > -tolerance);
    for (std::size_t i = 1; i < one.frontier.size(); ++i) {
      RC_ASSERT(one.frontier[i].expected >= one.frontier[i - 1].expected - tolerance);
      RC_ASSERT(one.frontier[i].cvar <= one.frontier[i - 1].cvar + tolerance);
    }

    PlanProblem richer = problem;
    toy::add_offer(richer, 0.9 * price, 1.0, 50.0);
    RC_ASSERT(plan_of(richer, question).objective <= one.objective + tolerance);

    PlanProblem split = problem;
    split.scenarios[0].probability /= 2.0;
    split.scenarios.push_back(split.scenarios[0]);
    RC_ASSERT(std::abs(plan_of(split, question).objective - one.objective) <= tolerance);
  }));
}

TEST_CASE("a plan does not depend on the number of threads") {
  PlanProblem problem = equally_likely({10.0, 60.0, 90.0, 130.0});
  toy::add_offer(problem, 0.6, 0.8);
  const CapacityPlan one = plan_of(problem, {.parallelism = {.threads = 1}});
  const CapacityPlan four = plan_of(problem, {.parallelism = {.threads = 4}});
  CHECK(one.levers == four.levers);
  CHECK(one.losses == four.losses);
  CHECK(one.bound == four.bound);
}
