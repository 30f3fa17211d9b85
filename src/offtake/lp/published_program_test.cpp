#include <doctest/doctest.h>

#include <array>

#include "offtake/lp/extensive_form.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/l_shaped.hpp"

using namespace offtake::lp;

namespace {

/// Four kinds of power plant are built before it is known which of two load curves comes. A load
/// curve is three slices, each asked for during a share of the year; a plant may be split over
/// them. Source: problem 5.2 of StructDualDynProg.jl, also an example of SDDP.jl: 340,315.52 with
/// plants of 5,085, 1,311, 3,919 and 854.
StochasticProgram power_plants() {
  constexpr std::array kBuild = {16.0, 5.0, 32.0, 2.0};
  constexpr std::array kFuel = {25.0, 80.0, 6.5, 160.0};
  constexpr std::array kShareOfYear = {1.0, 7000.0 / 8760.0, 1500.0 / 8760.0};
  constexpr std::array kChance = {0.9, 0.1};
  // Differences of 0, 3919, 7329, 10315 and of 0, 7086, 9004, 11169.
  constexpr std::array<std::array<double, 3>, 2> kSlices = {
      {{3919.0, 3410.0, 2986.0}, {7086.0, 1918.0, 2165.0}}};
  StochasticProgram program;
  for (const double cost : kBuild) {
    program.first_stage.add_column({.objective = cost, .upper = 2e4});
  }
  for (std::size_t s = 0; s < kSlices.size(); ++s) {
    ScenarioBlock block{.probability = kChance[s]};
    std::array<std::array<int, 3>, 4> run{};
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        run[i][j] = block.recourse.add_column({.objective = kFuel[i] * kShareOfYear[j]});
      }
      const int row = block.recourse.add_row(
          at_most(0.0), {{run[i][0], 1.0}, {run[i][1], 1.0}, {run[i][2], 1.0}});
      block.coupling.push_back({row, static_cast<int>(i), -1.0});
    }
    for (std::size_t j = 0; j < 3; ++j) {
      const int missing = block.recourse.add_column({.objective = 1e4});
      block.recourse.add_row(
          at_least(kSlices[s][j]),
          {{run[0][j], 1.0}, {run[1][j], 1.0}, {run[2][j], 1.0}, {run[3][j], 1.0}, {missing, 1.0}});
    }
    program.scenarios.push_back(block);
  }
  return program;
}

}  // namespace

TEST_CASE("both methods find the published plants of a capacity expansion") {
  const StochasticProgram program = power_plants();
  const HighsSolver solver;
  CHECK(solver.solve(extensive_form(program, {})).objective ==
        doctest::Approx(340315.52).epsilon(1e-7));
  const StagedSolution plan = LShaped(program, solver, {}).solve({});
  REQUIRE(plan.status == Status::kOptimal);
  CHECK(plan.objective == doctest::Approx(340315.52).epsilon(1e-7));
  const std::array published = {5085.0, 1311.0, 3919.0, 854.0};
  for (std::size_t i = 0; i < published.size(); ++i) {
    CHECK(plan.first_stage[i] == doctest::Approx(published[i]).epsilon(1e-6));
  }
}
