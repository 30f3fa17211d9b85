#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "offtake/lp/extensive_form.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/plan/mean_scenario.hpp"
#include "offtake/plan/plan_program.hpp"

using namespace offtake;
using namespace offtake::plan;

namespace {

double any(int low, int high) { return *rc::gen::inRange(low, high); }

/// Two years of day and night, served work and batch work, chips that run at once and chips that
/// take a port, which may fail; two offers, rentals, and at times a tight purse. Whole and
/// divisible decisions, random needs and prices.
class AnyProblem {
 public:
  PlanProblem draw() {
    cash_ = *rc::gen::arbitrary<bool>();
    problem_.periods = {{.label = "2026", .year = 2026, .years = 1.0, .discount = 0.95},
                        {.label = "2027", .year = 2027, .years = 1.0, .discount = 0.85}};
    problem_.blocks = {{"day", 0.4}, {"night", 0.6}};
    problem_.workloads = {{.name = "serving", .in_block = {1, 1}},
                          {.name = "batch", .deferrable = true, .in_block = {1, 1}}};
    problem_.pools = {
        {.name = "gpu", .ratio = {1.0, 1.0}, .movable = {1.0, 1.0}},
        {.name = "new", .ratio = {any(1, 4) / 2.0, any(1, 4) / 2.0}, .movable = {0.6, 1.0}}};
    problem_.rentals = {{.name = "on demand"},
                        {.name = "new, by the hour", .pool = 1, .held = false}};
    problem_.rentals[1].gates = {0};
    problem_.sources = {{.name = "gpu", .pool = 0, .take_price = 0.8, .extra_take = true},
                        {.name = "new", .pool = 1, .take_price = 0.5, .extra_take = true}};
    problem_.levers = {{.name = "port", .kind = LeverKind::kPort, .max = 1.0, .whole = true},
                       {.name = "gpu", .source = 0, .max = 100.0},
                       {.name = "new", .source = 1, .max = 4.0, .whole = true, .lot = 25.0}};
    problem_.limits = {{lp::at_most(0.0), {{2, 1.0}, {0, -4.0}}}};  // No new chip without its port.
    price_gpu_ = any(4, 12) / 10.0;
    price_new_ = any(2, 12) / 10.0;
    take_ = any(0, 5) / 4.0;
    port_ = any(0, 40);
    const int count = *rc::gen::inRange(2, 5);
    for (int s = 0; s < count; ++s) problem_.scenarios.push_back(scenario(1.0 / count));
    if (cash_) {
      problem_.cash = CashRules{.start = any(0, 100),
                                .minimum = 10.0,
                                .debt = {{.name = "loan", .rate = 0.1, .spread = 0.02}}};
    }
    return problem_;
  }

 private:
  Scenario scenario(double probability) const {
    Scenario s{.probability = probability};
    for (int w = 0; w < 2; ++w) {
      s.need.push_back({{any(0, 120), any(0, 60)}, {any(0, 120), any(0, 60)}});
      s.unmet_price.push_back({any(1, 30), any(1, 30)});
      s.lost_receipts.push_back({0.5, 0.5});
    }
    s.signed_capacity = {{any(0, 40), any(0, 40)}, {0.0, 0.0}};
    s.signed_bill = {any(0, 30), any(0, 30)};
    s.rental_price = {{1.0, any(5, 15) / 10.0}, {any(3, 12) / 10.0, any(3, 12) / 10.0}};
    s.rental_max = {{60.0, 200.0}, {50.0, 50.0}};
    s.revenue = s.receipts = {any(20, 150), any(20, 250)};
    s.other_costs = {5.0, 5.0};
    const double works = any(0, 4) > 0 ? 1.0 : 0.0;
    const auto offer = [&](double lot, double price, double use) {
      return LeverEffect{.capacity = {use * take_ * lot, use * take_ * lot},
                         .extra = {use * (1.0 - take_) * lot, use * (1.0 - take_) * lot},
                         .bill = {take_ * price * lot, take_ * price * lot}};
    };
    s.effects = {{.capacity = {works, works}, .bill = {port_, 0.0}},
                 offer(1.0, price_gpu_, 1.0),
                 offer(25.0, price_new_, works)};
    if (cash_) s.debt_max = {{any(0, 50), any(0, 50)}};
    return s;
  }

  PlanProblem problem_;
  bool cash_ = false;
  double price_gpu_ = 0.0, price_new_ = 0.0, take_ = 0.0, port_ = 0.0;
};

CapacityPlan plan_of(const PlanProblem& problem, PlanQuestion question = {}) {
  question.gap = 1e-8;
  return make_plan(problem, question, lp::HighsSolver());
}

/// The optimum of all scenarios in one program: another road to the same answer.
lp::Solution at_once(const lp::StochasticProgram& program, const lp::RiskWeight& risk = {}) {
  lp::Solution solution =
      lp::HighsSolver().solve(lp::extensive_form(program, risk), {.gap = 1e-10});
  RC_ASSERT(solution.status == lp::Status::kOptimal);
  return solution;
}

double tolerance(const CapacityPlan& plan) { return 1e-6 * plan.gross_cost; }

/// Multiplies all that is money.
PlanProblem in_smaller_coins(PlanProblem problem, double factor) {
  const auto times = [factor](auto& self, auto& value) -> void {
    if constexpr (requires { value.begin(); }) {
      for (auto& item : value) self(self, item);
    } else {
      value *= factor;
    }
  };
  const auto scale = [&](auto& value) { times(times, value); };
  for (Source& source : problem.sources) scale(source.take_price);
  for (Scenario& s : problem.scenarios) {
    for (auto* table : {&s.unmet_price, &s.lost_receipts, &s.rental_price, &s.debt_max}) {
      scale(*table);
    }
    for (auto* row : {&s.signed_bill, &s.revenue, &s.receipts, &s.other_costs}) scale(*row);
    for (LeverEffect& effect : s.effects) scale(effect.bill);
  }
  if (problem.cash) {
    problem.cash->start *= factor;
    problem.cash->minimum *= factor;
  }
  return problem;
}

}  // namespace

TEST_CASE("the decomposition finds the optimum of all scenarios in one program") {
  CHECK(rc::check([] {
    const PlanProblem problem = AnyProblem().draw();
    const lp::RiskWeight risk{.lambda = any(0, 5) / 4.0, .alpha = 0.5};
    const CapacityPlan plan = plan_of(problem, {.risk = risk, .measure_information = false});
    RC_ASSERT(plan.status == lp::Status::kOptimal);
    const double optimum = at_once(plan_program(problem).program, risk).objective;
    RC_ASSERT(std::abs(plan.objective - optimum) <= tolerance(plan));
    RC_ASSERT(plan.bound <= optimum + tolerance(plan));
  }));
}

TEST_CASE("to know the scenario costs least, to plan for the mean scenario most") {
  // WS <= RP <= EEV (Birge and Louveaux, "Introduction to Stochastic Programming", ch. 4), each
  // found without the decomposition.
  CHECK(rc::check([] {
    const PlanProblem problem = AnyProblem().draw();
    const lp::StochasticProgram program = plan_program(problem).program;
    const CapacityPlan plan = plan_of(problem);
    const double here_and_now = at_once(program).objective;

    double wait_and_see = 0.0;
    for (const lp::ScenarioBlock& block : program.scenarios) {
      lp::StochasticProgram alone{program.first_stage, {block}};
      alone.scenarios[0].probability = 1.0;
      wait_and_see += block.probability * at_once(alone).objective;
    }
    RC_ASSERT(wait_and_see <= here_and_now + tolerance(plan));
    RC_ASSERT(std::abs(plan.evpi - (here_and_now - wait_and_see)) <= 2.0 * tolerance(plan));

    lp::StochasticProgram followed = program;
    const lp::Solution mean = at_once(plan_program(mean_problem(problem)).program);
    for (std::size_t l = 0; l < followed.first_stage.columns.size(); ++l) {
      lp::Column& column = followed.first_stage.columns[l];
      column.lower = column.upper = column.whole ? std::round(mean.values[l]) : mean.values[l];
    }
    RC_ASSERT(here_and_now <= at_once(followed).objective + tolerance(plan));
    RC_ASSERT(plan.vss.has_value() && *plan.vss >= -tolerance(plan));
  }));
}

TEST_CASE("more weight on the tail raises the mean and lowers the tail") {
  CHECK(rc::check([] {
    const PlanProblem problem = AnyProblem().draw();
    const CapacityPlan plan = plan_of(problem, {.risk = {.lambda = 0.0, .alpha = 0.5},
                                                .frontier = {0.0, 0.3, 0.6, 1.0},
                                                .measure_information = false});
    RC_ASSERT(plan.frontier.size() == 4u);
    for (std::size_t i = 1; i < plan.frontier.size(); ++i) {
      RC_ASSERT(plan.frontier[i].expected >= plan.frontier[i - 1].expected - tolerance(plan));
      RC_ASSERT(plan.frontier[i].cvar <= plan.frontier[i - 1].cvar + tolerance(plan));
    }
  }));
}

TEST_CASE("the tail of a plan is the mean of its worst scenarios") {
  // Of 4 equally likely scenarios the worst half is 2, the worst quarter 1.
  CHECK(rc::check([] {
    PlanProblem problem = AnyProblem().draw();
    while (problem.scenarios.size() < 4) problem.scenarios.push_back(problem.scenarios.back());
    for (Scenario& scenario : problem.scenarios) scenario.probability = 0.25;
    for (const std::size_t worst : {1u, 2u}) {
      const double alpha = 1.0 - static_cast<double>(worst) / 4.0;
      const CapacityPlan plan =
          plan_of(problem, {.risk = {.lambda = 0.5, .alpha = alpha}, .measure_information = false});
      std::vector<double> losses = plan.losses;
      std::ranges::sort(losses, std::greater<>{});
      const double mean =
          std::accumulate(losses.begin(), losses.begin() + static_cast<int>(worst), 0.0) /
          static_cast<double>(worst);
      RC_ASSERT(std::abs(plan.cvar - mean) <= 1e-9 * plan.gross_cost);
    }
  }));
}

TEST_CASE(
    "money in other coins, work in another order and a scenario in two halves change nothing") {
  CHECK(rc::check([] {
    const PlanProblem problem = AnyProblem().draw();
    const PlanQuestion question{.risk = {.lambda = 0.5, .alpha = 0.5},
                                .measure_information = false};
    const CapacityPlan plan = plan_of(problem, question);

    const CapacityPlan coins = plan_of(in_smaller_coins(problem, 1000.0), question);
    RC_ASSERT(std::abs(coins.objective / 1000.0 - plan.objective) <= tolerance(plan));

    PlanProblem turned = problem;
    std::ranges::reverse(turned.workloads);
    for (Pool& pool : turned.pools) {
      std::ranges::reverse(pool.ratio);
      std::ranges::reverse(pool.movable);
    }
    for (Scenario& scenario : turned.scenarios) {
      std::ranges::reverse(scenario.need);
      std::ranges::reverse(scenario.unmet_price);
      std::ranges::reverse(scenario.lost_receipts);
    }
    RC_ASSERT(std::abs(plan_of(turned, question).objective - plan.objective) <= tolerance(plan));

    PlanProblem halves = problem;
    halves.scenarios.front().probability /= 2.0;
    halves.scenarios.push_back(halves.scenarios.front());
    RC_ASSERT(std::abs(plan_of(halves, question).objective - plan.objective) <= tolerance(plan));
  }));
}

TEST_CASE("a plan's cost is the sum of its parts in every scenario") {
  CHECK(rc::check([] {
    const PlanProblem problem = AnyProblem().draw();
    const CapacityPlan plan = plan_of(problem, {.measure_information = false});
    for (std::size_t s = 0; s < plan.losses.size(); ++s) {
      RC_ASSERT(std::abs(plan.outcomes[s].cost.total() - plan.losses[s]) <= tolerance(plan));
    }
  }));
}
