#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

#include "offtake/lp/extensive_form.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/l_shaped.hpp"
#include "offtake/lp/risk_measure.hpp"

using namespace offtake;
using namespace offtake::lp;

namespace {

/// Commit to x at `price` each; what demand exceeds it costs 1 each.
StochasticProgram newsvendor(double price, const std::vector<double>& demands) {
  StochasticProgram program;
  program.first_stage.add_column({.objective = price, .upper = 1000.0});
  for (const double demand : demands) {
    ScenarioBlock block{.probability = 1.0 / static_cast<double>(demands.size())};
    const int bought = block.recourse.add_column({.objective = 1.0});
    const int row = block.recourse.add_row(at_least(demand), {{bought, 1.0}});
    block.coupling.push_back({row, 0, 1.0});
    program.scenarios.push_back(block);
  }
  return program;
}

/// The farmer of Birge and Louveaux, section 1.1: 500 acres of wheat, corn and beets.
StochasticProgram farmer() {
  StochasticProgram program;
  for (const double cost : {150.0, 230.0, 260.0})
    program.first_stage.add_column({cost, 0.0, 500.0});
  program.first_stage.add_row(at_most(500.0), {{0, 1.0}, {1, 1.0}, {2, 1.0}});
  for (const double yield : {0.8, 1.0, 1.2}) {
    ScenarioBlock block{.probability = 1.0 / 3.0};
    LinearProgram& p = block.recourse;
    const int buy_wheat = p.add_column({.objective = 238.0});
    const int sell_wheat = p.add_column({.objective = -170.0});
    const int buy_corn = p.add_column({.objective = 210.0});
    const int sell_corn = p.add_column({.objective = -150.0});
    const int sell_beets = p.add_column({.objective = -36.0, .upper = 6000.0});
    const int dump_beets = p.add_column({.objective = -10.0});
    const int wheat = p.add_row(at_least(200.0), {{buy_wheat, 1.0}, {sell_wheat, -1.0}});
    const int corn = p.add_row(at_least(240.0), {{buy_corn, 1.0}, {sell_corn, -1.0}});
    const int beets = p.add_row(at_least(0.0), {{sell_beets, -1.0}, {dump_beets, -1.0}});
    block.coupling = {{wheat, 0, 2.5 * yield}, {corn, 1, 3.0 * yield}, {beets, 2, 20.0 * yield}};
    program.scenarios.push_back(block);
  }
  return program;
}

double optimum(const StochasticProgram& program, const RiskWeight& risk) {
  return HighsSolver().solve(extensive_form(program, risk)).objective;
}

}  // namespace

TEST_CASE("the farmer earns 108,390 in the mean") {
  // Birge and Louveaux, 2nd ed., table 5: 170, 80 and 250 acres. The mean yields give 120, 80, 300
  // acres (table 2), and those earn 107,240 in the three scenarios: the VSS is 1,150.
  const StochasticProgram program = farmer();
  CHECK(optimum(program, {}) == doctest::Approx(-108390.0).epsilon(1e-6));
  const HighsSolver solver;
  LShaped method(program, solver, {});
  const StagedSolution solution = method.solve({});
  REQUIRE(solution.status == Status::kOptimal);
  CHECK(solution.objective == doctest::Approx(-108390.0).epsilon(1e-6));
  CHECK(solution.bound <= solution.objective + 1e-6);
  CHECK(solution.first_stage[0] == doctest::Approx(170.0));
  const Evaluation mean_plan = method.evaluate({120.0, 80.0, 300.0});
  CHECK(mean(mean_plan.losses, std::vector<double>(3, 1.0 / 3.0)) ==
        doctest::Approx(-107240.0).epsilon(1e-6));
}

TEST_CASE("the newsvendor of uniform demand commits to the critical quantile") {
  // Demand uniform on (0, 200), commitment at .6 against 1 later: Q = 200 (1 - .6) = 80, and
  // .6 x 80 + (200 - 80)^2 / 400 = 48 + 36 = 84. Midpoints of 1,000 strips give the same within
  // strip^2 / 24 of the integral.
  std::vector<double> demands;
  for (int i = 0; i < 1000; ++i) demands.push_back(0.2 * (i + 0.5));
  const StochasticProgram program = newsvendor(0.6, demands);
  CHECK(optimum(program, {}) == doctest::Approx(84.0).epsilon(1e-5));
}

TEST_CASE("CVaR counts the edge of the tail in part") {
  // Losses 1 ... 4, each 25%. Level .6: the worst 40% are 4 (25%) and 3 (15%): (1 + .45) / .4.
  const std::vector<double> losses = {3.0, 1.0, 4.0, 2.0}, even(4, 0.25);
  CHECK(conditional_value_at_risk(losses, even, 0.6) == doctest::Approx(1.45 / 0.4));
  CHECK(risk_adjusted(losses, even, {.lambda = 0.5, .alpha = 0.75}) ==
        doctest::Approx(0.5 * 2.5 + 0.5 * 4.0));
}

TEST_CASE("both methods agree, with risk and whole columns") {
  CHECK(rc::check([] {
    std::vector<double> demands(static_cast<std::size_t>(*rc::gen::inRange(1, 8)));
    for (double& demand : demands) demand = *rc::gen::inRange(0, 200);
    StochasticProgram program = newsvendor(*rc::gen::inRange(1, 10) / 10.0, demands);
    // A second source: lots of 30 for a fee of 5 and .4 each.
    const int lots = program.first_stage.add_column(
        {.objective = 17.0, .upper = 9.0, .whole = *rc::gen::arbitrary<bool>()});
    for (ScenarioBlock& block : program.scenarios) block.coupling.push_back({0, lots, 30.0});
    const RiskWeight risk{.lambda = *rc::gen::inRange(0, 5) / 4.0, .alpha = 0.75};
    const HighsSolver solver;
    LShaped method(program, solver, {.threads = 2});
    const StagedSolution solution = method.solve({.risk = risk});
    RC_ASSERT(solution.status == Status::kOptimal);
    const double expected = optimum(program, risk);
    RC_ASSERT(std::abs(solution.objective - expected) < 1e-4);
    RC_ASSERT(solution.bound < expected + 1e-4);
  }));
}

TEST_CASE("a second question to the same scenarios may hold decisions") {
  // Three equal demands of 100: free, all is committed at .6: 60. Held at 40: 24 + 60 = 84.
  const StochasticProgram program = newsvendor(0.6, {100.0, 100.0, 100.0});
  const HighsSolver solver;
  LShaped method(program, solver, {});
  CHECK(method.solve({}).objective == doctest::Approx(60.0));
  CHECK(method.solve({.intervals = {{0.0, 40.0}}}).objective == doctest::Approx(84.0));
  CHECK(method.solve({}).objective == doctest::Approx(60.0));
}

TEST_CASE("the furthest commitment that costs little is found, and what a limit costs") {
  // Demand is nothing or 100, even odds: x costs .6 x + .5 (100 - x) = 50 + .1 x. For 55, x = 50.
  // If at least 20 must be committed, the twentieth costs .1.
  StochasticProgram program = newsvendor(0.6, {0.0, 100.0});
  const HighsSolver solver;
  LShaped method(program, solver, {});
  CHECK(method.solve({}).objective == doctest::Approx(50.0));
  const StagedSolution most = method.furthest({}, {.direction = {{0, -1.0}}, .budget = 55.0});
  REQUIRE(most.status == Status::kOptimal);
  CHECK(most.objective == doctest::Approx(-50.0));
  CHECK(most.bound == doctest::Approx(-50.0));
  CHECK(most.first_stage[0] == doctest::Approx(50.0));
  program.first_stage.add_row(at_least(20.0), {{0, 1.0}});
  const StagedSolution limited = LShaped(program, solver, {}).solve({});
  CHECK(limited.objective == doctest::Approx(52.0));
  REQUIRE(limited.row_duals.size() == 1);
  CHECK(limited.row_duals[0] == doctest::Approx(0.1));
}

TEST_CASE("the furthest point is that of one program with the cost as a row") {
  CHECK(rc::check([] {
    std::vector<double> demands(static_cast<std::size_t>(*rc::gen::inRange(1, 8)));
    for (double& demand : demands) demand = *rc::gen::inRange(0, 200);
    StochasticProgram program = newsvendor(*rc::gen::inRange(1, 10) / 10.0, demands);
    const int lots = program.first_stage.add_column(
        {.objective = 17.0, .upper = 9.0, .whole = *rc::gen::arbitrary<bool>()});
    for (ScenarioBlock& block : program.scenarios) block.coupling.push_back({0, lots, 30.0});
    const RiskWeight risk{.lambda = *rc::gen::inRange(0, 5) / 4.0, .alpha = 0.75};
    const HighsSolver solver;
    LShaped method(program, solver, {.threads = 2});
    const double least = method.solve({.risk = risk}).objective;
    const Reach reach{.direction = {{lots, *rc::gen::element(-1.0, 1.0)}},
                      .budget = least + *rc::gen::inRange(1, 50)};
    const StagedSolution found = method.furthest({.risk = risk}, reach);
    RC_ASSERT(found.status == Status::kOptimal);

    LinearProgram all = extensive_form(program, risk);
    std::vector<Term> cost;
    for (std::size_t j = 0; j < all.columns.size(); ++j) {
      cost.push_back({static_cast<int>(j), all.columns[j].objective});
      all.columns[j].objective = 0.0;
    }
    all.add_row(at_most(reach.budget - all.offset), cost);
    all.offset = 0.0;
    all.columns[static_cast<std::size_t>(lots)].objective = reach.direction[0].coefficient;
    RC_ASSERT(std::abs(found.objective - solver.solve(all).objective) < 1e-4);
  }));
}

TEST_CASE("without recourse the answer is infeasible, not an invention") {
  // At most 1,000 are committed and 10 bought later: 1,100 cannot be had.
  StochasticProgram program = newsvendor(0.6, {1100.0});
  program.scenarios[0].recourse.columns[0].upper = 10.0;
  const HighsSolver solver;
  CHECK(LShaped(program, solver, {}).solve({}).status == Status::kInfeasible);
}

TEST_CASE("first stages without recourse are excluded") {
  // Later is cheaper, at 1 against 1.2, but no more than 10 can be had then: with demands of 40 and
  // 100, 90 are committed. 1.2 x 90 + (0 + 10) / 2 = 113.
  StochasticProgram program = newsvendor(1.2, {40.0, 100.0});
  for (ScenarioBlock& block : program.scenarios) block.recourse.columns[0].upper = 10.0;
  const HighsSolver solver;
  for (const bool whole : {false, true}) {
    program.first_stage.columns[0].whole = whole;
    const StagedSolution solution = LShaped(program, solver, {}).solve({});
    REQUIRE(solution.status == Status::kOptimal);
    CHECK(solution.objective == doctest::Approx(113.0));
    CHECK(solution.first_stage[0] == doctest::Approx(90.0));
  }
}

TEST_CASE("a first stage without bounds is found, and one without end is told") {
  // Each unit made costs 1 and sells at 3, up to a demand of 50 or 100: the second 50 sell in half
  // of the cases, worth 1.5 each, so 100 are made: 100 - 3 (50 + 100) / 2 = -125.
  StochasticProgram program;
  program.first_stage.add_column({.objective = 1.0});
  for (const double demand : {50.0, 100.0}) {
    ScenarioBlock block{.probability = 0.5};
    const int sold = block.recourse.add_column({.objective = -3.0, .upper = demand});
    block.coupling.push_back({block.recourse.add_row(at_most(0.0), {{sold, 1.0}}), 0, -1.0});
    program.scenarios.push_back(block);
  }
  const HighsSolver solver;
  const StagedSolution solution = LShaped(program, solver, {}).solve({});
  REQUIRE(solution.status == Status::kOptimal);
  CHECK(solution.objective == doctest::Approx(-125.0));
  for (ScenarioBlock& block : program.scenarios) block.recourse.columns[0].upper = kInfinity;
  CHECK(LShaped(program, solver, {}).solve({}).status == Status::kUnbounded);
  CHECK(solver.solve(extensive_form(program, {})).status == Status::kUnbounded);
}
