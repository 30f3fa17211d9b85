#include "offtake/lp/two_stage_solve.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/mean_program.hpp"
#include "offtake/lp/recourse_cost.hpp"
#include "offtake/lp/risk_measure.hpp"
#include "offtake/lp/smps_program.hpp"
#include "offtake/lp/wait_and_see.hpp"

using namespace offtake;
using namespace offtake::lp;

namespace {

struct Shape {
  bool complete = true;  ///< Every row has a column that fills it, at a price.
  bool random_matrix = true;
};

double figure(int low, int high) { return *rc::gen::inRange(low, high + 1); }

/// One to three columns in [0, 10], some whole, with one row; then rows that later columns fill, in
/// one to five scenarios. Costs of later columns are not negative, so every answer is bounded.
StochasticProgram any_program(const Shape& shape) {
  StochasticProgram program;
  const int now = *rc::gen::inRange(1, 4);
  std::vector<Term> sum;
  for (int j = 0; j < now; ++j) {
    program.first_stage.add_column(
        {.objective = figure(-3, 8), .upper = 10.0, .whole = *rc::gen::arbitrary<bool>()});
    sum.push_back({j, 1.0});
  }
  program.first_stage.add_row({0.0, figure(5, 20)}, sum);
  const int later = *rc::gen::inRange(1, 4);
  const int rows = *rc::gen::inRange(1, 4);
  const int count = *rc::gen::inRange(1, 6);
  std::vector<double> matrix;
  for (int k = 0; k < rows * (later + now); ++k) matrix.push_back(figure(-1, 3));
  for (int s = 0; s < count; ++s) {
    ScenarioBlock block{.probability = 1.0 / count};
    for (int j = 0; j < later; ++j) {
      block.recourse.add_column({.objective = figure(0, 12), .upper = figure(1, 30)});
    }
    for (int row = 0; row < rows; ++row) {
      std::vector<Term> terms;
      for (int j = 0; j < later; ++j) {
        const double base = matrix[static_cast<std::size_t>(row * (later + now) + j)];
        terms.push_back({j, shape.random_matrix ? base + figure(0, 1) : base});
      }
      if (shape.complete) {
        terms.push_back({block.recourse.add_column({.objective = 40.0}), 1.0});
      }
      const double need = figure(-5, 25);
      block.recourse.add_row({need, shape.complete ? kInfinity : need + 30.0}, terms);
      for (int j = 0; j < now; ++j) {
        const double base = matrix[static_cast<std::size_t>(row * (later + now) + later + j)];
        const double t = shape.random_matrix ? base + figure(0, 1) : base;
        if (t != 0.0) block.coupling.push_back({row, j, t});
      }
    }
    program.scenarios.push_back(block);
  }
  return program;
}

StagedSolution solved(const StochasticProgram& program, TwoStageMethod method, int threads = 1) {
  return solve_two_stage(program, method, {.gap = 1e-8, .parallelism = {threads}}, HighsSolver());
}

std::vector<double> probabilities(const StochasticProgram& program) {
  std::vector<double> list;
  for (const ScenarioBlock& block : program.scenarios) list.push_back(block.probability);
  return list;
}

/// Within a millionth of the size of the objective, or of one.
bool close(double a, double b) {
  return std::abs(a - b) <= 1e-6 * std::max({1.0, std::abs(a), std::abs(b)});
}

}  // namespace

TEST_CASE("the L-shaped method and the extensive form agree, with and without full recourse") {
  CHECK(rc::check([] {
    const StochasticProgram program =
        any_program({.complete = *rc::gen::weightedElement<bool>({{1, true}, {2, false}})});
    const StagedSolution whole = solved(program, TwoStageMethod::kExtensiveForm);
    const StagedSolution cuts = solved(program, TwoStageMethod::kLShaped);
    RC_ASSERT(whole.status == cuts.status);
    RC_CLASSIFY(whole.status == Status::kInfeasible, "infeasible");
    if (whole.status != Status::kOptimal) return;
    RC_ASSERT(close(whole.objective, cuts.objective));
    RC_ASSERT(cuts.bound <= whole.objective + 1e-6 * std::max(1.0, std::abs(whole.objective)));
    // What is said to be the objective is what the first stage costs.
    const double cost = mean(scenario_costs(program, cuts.first_stage, HighsSolver(), 0.0, {}),
                             probabilities(program));
    RC_ASSERT(close(cost, cuts.objective));
  }));
}

TEST_CASE("threads do not change a bit of the answer") {
  CHECK(rc::check([] {
    const StochasticProgram program = any_program({.complete = *rc::gen::arbitrary<bool>()});
    const StagedSolution one = solved(program, TwoStageMethod::kLShaped, 1);
    const StagedSolution three = solved(program, TwoStageMethod::kLShaped, 3);
    RC_ASSERT(one.status == three.status);
    RC_ASSERT(one.objective == three.objective);
    RC_ASSERT(one.bound == three.bound);
    RC_ASSERT(one.first_stage == three.first_stage);
    RC_ASSERT(one.iterations == three.iterations);
  }));
}

TEST_CASE("the order of scenarios changes nothing") {
  CHECK(rc::check([] {
    StochasticProgram program = any_program({});
    const auto method = *rc::gen::element(TwoStageMethod::kExtensiveForm, TwoStageMethod::kLShaped);
    const double before = solved(program, method).objective;
    std::ranges::reverse(program.scenarios);
    const auto turn = *rc::gen::inRange<std::size_t>(0, program.scenarios.size());
    std::ranges::rotate(program.scenarios,
                        program.scenarios.begin() + static_cast<std::ptrdiff_t>(turn));
    RC_ASSERT(close(solved(program, method).objective, before));
  }));
}

TEST_CASE("wait and see costs no more than recourse, recourse no more than the mean's plan") {
  CHECK(rc::check([] {
    const StochasticProgram program = any_program({});
    const HighsSolver solver;
    const double recourse = solved(program, TwoStageMethod::kLShaped).objective;
    const double alone = mean(wait_and_see(program, solver, {.gap = 1e-8}), probabilities(program));
    const StagedSolution expected = solved(mean_program(program), TwoStageMethod::kExtensiveForm);
    RC_ASSERT(expected.status == Status::kOptimal);
    const double follow = mean(scenario_costs(program, expected.first_stage, solver, 0.0, {}),
                               probabilities(program));
    const double noise = 1e-6 * std::max(1.0, std::abs(recourse));
    RC_ASSERT(alone <= recourse + noise);
    RC_ASSERT(recourse <= follow + noise);
  }));
}

TEST_CASE("only the right-hand side is random: the mean scenario alone costs no more") {
  // Jensen: the recourse is convex in its right-hand side.
  CHECK(rc::check([] {
    StochasticProgram program = any_program({.random_matrix = false});
    for (ScenarioBlock& block : program.scenarios) {
      block.recourse.columns = program.scenarios[0].recourse.columns;
    }
    const double recourse = solved(program, TwoStageMethod::kLShaped).objective;
    const double of_mean = solved(mean_program(program), TwoStageMethod::kExtensiveForm).objective;
    RC_ASSERT(of_mean <= recourse + 1e-6 * std::max(1.0, std::abs(recourse)));
  }));
}

TEST_CASE("whole recourse costs at least what its relaxation does") {
  CHECK(rc::check([] {
    StochasticProgram program = any_program({});
    const double relaxed = solved(program, TwoStageMethod::kExtensiveForm).objective;
    for (ScenarioBlock& block : program.scenarios) {
      for (Column& column : block.recourse.columns) column.whole = *rc::gen::arbitrary<bool>();
    }
    const StagedSolution whole = solved(program, TwoStageMethod::kExtensiveForm);
    RC_ASSERT(whole.status == Status::kOptimal);
    RC_ASSERT(relaxed <= whole.objective + 1e-6 * std::max(1.0, std::abs(whole.objective)));
    const double cost = mean(scenario_costs(program, whole.first_stage, HighsSolver(), 0.0, {}),
                             probabilities(program));
    RC_ASSERT(cost <= whole.objective + 1e-5 * std::max(1.0, std::abs(whole.objective)));
  }));
}

TEST_CASE("the master may let go of cuts") {
  // Commit to x at .6 or pay 1 later for what demand exceeds it, in 7 markets with 40 joint
  // demands; the newsvendor's commitment in each market is the demand's quantile of .4.
  constexpr int kMarkets = 7;
  constexpr int kScenarios = 40;
  StochasticProgram program;
  for (int m = 0; m < kMarkets; ++m) program.first_stage.add_column({.objective = 0.6});
  std::vector<std::vector<double>> demands(kMarkets);
  for (int s = 0; s < kScenarios; ++s) {
    ScenarioBlock block{.probability = 1.0 / kScenarios};
    for (int m = 0; m < kMarkets; ++m) {
      const double demand = 10.0 + (s * (2 * m + 3) * 7 + m) % 41;  // 41 is prime: no two alike.
      demands[static_cast<std::size_t>(m)].push_back(demand);
      const int bought = block.recourse.add_column({.objective = 1.0});
      block.coupling.push_back({block.recourse.add_row(at_least(demand), {{bought, 1.0}}), m, 1.0});
    }
    program.scenarios.push_back(block);
  }
  double expected = 0.0;
  for (std::vector<double>& market : demands) {
    std::ranges::sort(market);
    const double x = market[15];  // 16 of 40 demands are no more than this.
    expected += 0.6 * x;
    for (const double demand : market) expected += std::max(0.0, demand - x) / kScenarios;
  }
  const HighsSolver solver;
  for (const std::size_t many : {std::size_t{0}, std::size_t{50}}) {
    const StagedSolution solution =
        LShaped(program, solver, {})
            .solve({.gap_absolute = 1e-7, .cuts_many = many, .cuts_idle = 1});
    REQUIRE(solution.status == Status::kOptimal);
    CHECK(solution.objective == doctest::Approx(expected).epsilon(1e-7));
  }
}

TEST_CASE("a run that is out of time says so and keeps its bound") {
  const StochasticProgram program = [] {
    StochasticProgram made;
    made.first_stage.add_column({.objective = 0.6, .upper = 1000.0});
    for (const double demand : {10.0, 50.0, 90.0}) {
      ScenarioBlock block{.probability = 1.0 / 3.0};
      const int bought = block.recourse.add_column({.objective = 1.0});
      block.coupling.push_back({block.recourse.add_row(at_least(demand), {{bought, 1.0}}), 0, 1.0});
      made.scenarios.push_back(block);
    }
    return made;
  }();
  const StagedSolution solution = solve_two_stage(
      program, TwoStageMethod::kLShaped, {.seconds_left = [] { return 0.0; }}, HighsSolver());
  CHECK(solution.status == Status::kTimeLimit);
  CHECK(solution.first_stage.empty());
  // The optimum is .6 x 50 + (90 - 50) / 3 = 43.33.
  CHECK(solution.bound <= 43.4);
}

namespace {

std::string row_name(std::size_t row) { return fmt::format("R{}", row); }

/// `program` as three files; its scenarios name everything that may differ.
SmpsFiles written(const StochasticProgram& program) {
  const ScenarioBlock& first = program.scenarios.front();
  const std::size_t now_rows = program.first_stage.rows.size();
  std::string rows = "ROWS\n N COST\n", sides = "RHS\n", ranges = "RANGES\n", bounds = "BOUNDS\n";
  const auto add_row = [&](std::size_t row, const Interval& interval) {
    rows += fmt::format(" G {}\n", row_name(row));
    sides += fmt::format(" S {} {}\n", row_name(row), interval.lower);
    if (interval.upper < kInfinity) {
      ranges += fmt::format(" S {} {}\n", row_name(row), interval.upper - interval.lower);
    }
  };
  for (std::size_t row = 0; row < now_rows; ++row) add_row(row, program.first_stage.rows[row]);
  for (std::size_t row = 0; row < first.recourse.rows.size(); ++row) {
    add_row(now_rows + row, first.recourse.rows[row]);
  }
  std::string columns = "COLUMNS\n";
  const auto add_column = [&](const std::string& name, const Column& column) {
    columns += fmt::format(" {} COST {}\n", name, column.objective);
    if (column.upper < kInfinity) {
      bounds += fmt::format(" {} S {} {}\n", column.whole ? "UI" : "UP", name, column.upper);
    }
  };
  for (std::size_t j = 0; j < program.first_stage.columns.size(); ++j) {
    const std::string name = fmt::format("X{}", j);
    add_column(name, program.first_stage.columns[j]);
    columns += fmt::format(" {} R0 1\n", name);
  }
  for (std::size_t j = 0; j < first.recourse.columns.size(); ++j) {
    add_column(fmt::format("Y{}", j), first.recourse.columns[j]);
  }
  std::string scenarios = "STOCH S\nSCENARIOS DISCRETE\n";
  for (std::size_t s = 0; s < program.scenarios.size(); ++s) {
    const ScenarioBlock& block = program.scenarios[s];
    scenarios += fmt::format(" SC S{} ROOT {} LATER\n", s, block.probability);
    for (std::size_t j = 0; j < block.recourse.columns.size(); ++j) {
      const Column& column = block.recourse.columns[j];
      scenarios += fmt::format(" Y{} COST {}\n", j, column.objective);
      if (column.upper < kInfinity) scenarios += fmt::format(" UP S Y{} {}\n", j, column.upper);
    }
    for (std::size_t row = 0; row < block.recourse.rows.size(); ++row) {
      scenarios +=
          fmt::format(" RHS {} {}\n", row_name(now_rows + row), block.recourse.rows[row].lower);
      for (const Term& term : block.recourse.row_terms(row)) {
        scenarios +=
            fmt::format(" Y{} {} {}\n", term.column, row_name(now_rows + row), term.coefficient);
      }
    }
    for (const Coupling& c : block.coupling) {
      scenarios += fmt::format(" X{} {} {}\n", c.column,
                               row_name(now_rows + static_cast<std::size_t>(c.row)), c.coefficient);
    }
  }
  return {{"core", "NAME S\n" + rows + columns + sides + ranges + bounds + "ENDATA\n"},
          {"time", "TIME S\nPERIODS\n X0 R0 NOW\n Y0 R1 LATER\nENDATA\n"},
          {"sto", scenarios + "ENDATA\n"}};
}

}  // namespace

TEST_CASE("a program written to files and read again has the same optimum") {
  CHECK(rc::check([] {
    const StochasticProgram program = any_program({.complete = *rc::gen::arbitrary<bool>()});
    const StochasticProgram read = SmpsProgram(written(program)).enumerate();
    RC_ASSERT(read.scenarios.size() == program.scenarios.size());
    for (std::size_t s = 0; s < read.scenarios.size(); ++s) {
      RC_ASSERT(read.scenarios[s].recourse.rows == program.scenarios[s].recourse.rows);
    }
    const StagedSolution a = solved(program, TwoStageMethod::kExtensiveForm);
    const StagedSolution b = solved(read, TwoStageMethod::kExtensiveForm);
    RC_ASSERT(a.status == b.status);
    if (a.status == Status::kOptimal) RC_ASSERT(close(a.objective, b.objective));
  }));
}
