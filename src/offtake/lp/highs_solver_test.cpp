#include "offtake/lp/highs_solver.hpp"

#include <doctest/doctest.h>

using namespace offtake::lp;

TEST_CASE("a linear program of two columns has the optimum found by hand") {
  // max 3x + 2y, x + y <= 4, x + 3y <= 9, x <= 3: the corner (3, 1) is worth 11. The first row is
  // worth 2 (y fills what x leaves), x's bound 3 - 2 = 1, the second row has room.
  LinearProgram program;
  const int x = program.add_column({.objective = -3.0, .upper = 3.0});
  const int y = program.add_column({.objective = -2.0});
  program.add_row(at_most(4.0), {{x, 1.0}, {y, 1.0}});
  program.add_row(at_most(9.0), {{x, 1.0}, {y, 3.0}});
  const Solution solution = HighsSolver().solve(program);
  REQUIRE(solution.status == Status::kOptimal);
  CHECK(solution.objective == doctest::Approx(-11.0));
  CHECK(solution.values[0] == doctest::Approx(3.0));
  CHECK(solution.values[1] == doctest::Approx(1.0));
  CHECK(solution.duals[0] == doctest::Approx(-2.0));
  CHECK(solution.duals[1] == doctest::Approx(0.0));
  CHECK(solution.reduced_costs[0] == doctest::Approx(-1.0));
}

TEST_CASE("a knapsack in whole numbers differs from its relaxation") {
  // Values 8, 11, 6 with weights 5, 7, 4 and room 14. Whole: 8 + 11 = 19 uses 12; 11 + 6 = 17 uses
  // 11; all three need 16. The relaxation fills the last 2 of 14 with half of the third: 22.
  LinearProgram program;
  for (const double value : {8.0, 11.0, 6.0}) {
    program.add_column({.objective = -value, .upper = 1.0, .whole = true});
  }
  program.add_row(at_most(14.0), {{0, 5.0}, {1, 7.0}, {2, 4.0}});
  const auto loaded = HighsSolver().load(program);
  const Solution whole = loaded->solve({});
  REQUIRE(whole.status == Status::kOptimal);
  CHECK(whole.objective == doctest::Approx(-19.0));
  CHECK(whole.bound == doctest::Approx(-19.0));
  loaded->set_relaxed(true);
  CHECK(loaded->solve({}).objective == doctest::Approx(-22.0));
}

TEST_CASE("a loaded program can be changed and solved again") {
  LinearProgram program;
  const int x = program.add_column({.objective = 1.0});
  const int row = program.add_row(at_least(2.0), {{x, 1.0}});
  const auto loaded = HighsSolver().load(program);
  CHECK(loaded->solve({}).objective == doctest::Approx(2.0));
  const std::vector<Interval> moved{at_least(5.0)};
  loaded->set_rows(std::vector<int>{row}, moved);
  CHECK(loaded->solve({}).objective == doctest::Approx(5.0));
  loaded->add_row(at_least(16.0), std::vector<Term>{{x, 2.0}});
  CHECK(loaded->solve({}).objective == doctest::Approx(8.0));
  loaded->set_objective(x, 3.0);
  CHECK(loaded->solve({}).objective == doctest::Approx(24.0));
  loaded->set_column_interval(x, {.lower = 9.0});
  CHECK(loaded->solve({}).objective == doctest::Approx(27.0));
}

TEST_CASE("an infeasible program says so") {
  LinearProgram program;
  const int x = program.add_column({.upper = 1.0});
  program.add_row(at_least(2.0), {{x, 1.0}});
  CHECK(HighsSolver().solve(program).status == Status::kInfeasible);
}

TEST_CASE("rows that are taken away bind no more") {
  // x >= 2, 3 and 5, of which the first and the last go.
  LinearProgram program;
  const int x = program.add_column({.objective = 1.0});
  for (const double least : {2.0, 3.0, 5.0}) program.add_row(at_least(least), {{x, 1.0}});
  const auto loaded = HighsSolver().load(program);
  CHECK(loaded->solve({}).objective == doctest::Approx(5.0));
  loaded->remove_rows(std::vector<int>{0, 2});
  CHECK(loaded->solve({}).objective == doctest::Approx(3.0));
}

TEST_CASE("a program that falls without end has no bound") {
  LinearProgram program;
  program.add_column({.objective = -1.0});
  const Solution solution = HighsSolver().solve(program);
  CHECK(solution.status == Status::kUnbounded);
  CHECK(solution.bound == -kInfinity);
}
