#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/mean_program.hpp"
#include "offtake/lp/recourse_cost.hpp"
#include "offtake/lp/risk_measure.hpp"
#include "offtake/lp/sample_average.hpp"
#include "offtake/lp/smps_case.hpp"
#include "offtake/lp/two_stage_solve.hpp"
#include "offtake/lp/wait_and_see.hpp"

using namespace offtake;
using namespace offtake::lp;

namespace {

/// The program `name` of the collection beside the project, if it is there.
std::optional<SmpsProgram> collected(const std::string& name) {
  const std::filesystem::path folder =
      std::filesystem::path(OFFTAKE_SOURCE_DIR) / "../shared/cases/smps" / name;
  if (!std::filesystem::exists(folder)) {
    MESSAGE("skipped: no " << name << " beside the project");
    return std::nullopt;
  }
  return SmpsProgram(example::files_of((folder / name).string()));
}

StagedSolution solved(const StochasticProgram& program, TwoStageMethod method, double gap = 1e-7) {
  const StagedSolution solution =
      solve_two_stage(program, method, {.gap = gap, .parallelism = {2}}, HighsSolver());
  REQUIRE(solution.status == Status::kOptimal);
  CHECK(solution.bound <= solution.objective + 1e-9);
  return solution;
}

}  // namespace

TEST_CASE("the farmer in files earns 108,390, of which 1,150 for planning for uncertainty") {
  // Birge and Louveaux, 2nd ed., section 1.1: 170, 80 and 250 acres; the value of perfect
  // information is 7,016, that of the stochastic solution 1,150.
  const SmpsProgram smps(example::files_of(OFFTAKE_SOURCE_DIR "/tests/cases/smps/farmer"));
  const StochasticProgram program = smps.enumerate();
  const HighsSolver solver;
  std::vector<double> probabilities;
  for (const ScenarioBlock& block : program.scenarios) probabilities.push_back(block.probability);
  for (const TwoStageMethod method : {TwoStageMethod::kExtensiveForm, TwoStageMethod::kLShaped}) {
    const StagedSolution solution = solved(program, method);
    CHECK(solution.objective == doctest::Approx(-108390.0).epsilon(1e-7));
    CHECK(solution.first_stage[0] == doctest::Approx(170.0).epsilon(1e-6));
    CHECK(solution.first_stage[1] == doctest::Approx(80.0).epsilon(1e-6));
    CHECK(solution.first_stage[2] == doctest::Approx(250.0).epsilon(1e-6));
  }
  const double alone = mean(wait_and_see(program, solver, {}), probabilities);
  CHECK(-108390.0 - alone == doctest::Approx(7015.6).epsilon(1e-4));
  const StagedSolution expected = solved(mean_program(program), TwoStageMethod::kExtensiveForm);
  CHECK(expected.first_stage[0] == doctest::Approx(120.0));
  const double follow =
      mean(scenario_costs(program, expected.first_stage, solver, 0.0, {}), probabilities);
  CHECK(follow + 108390.0 == doctest::Approx(1150.0).epsilon(1e-4));
}

TEST_CASE("both methods find the published optima of linear programs") {
  struct Case {
    const char* name;
    std::size_t scenarios;
    double optimum;
    double tolerance;  ///< Of the digits that are printed.
  };
  // LandS: Louveaux and Smeers 1988, in Linderoth, Shapiro, Wright, "The empirical behavior of
  // sampling methods", Annals of OR 142, 2006. PGP2 and CEP1: Higle and Sen, "Stochastic
  // Decomposition", 1996; CEP1 is 355,159.5 there, and 355,158.3 with sixths of six digits.
  // pltexpA2: Holmes, POSTS.
  for (const Case& c : {Case{"lands", 3, 381.853, 5e-4}, Case{"pgp2", 576, 447.324, 1e-3},
                        Case{"cep", 216, 355158.3, 0.05}, Case{"pltexpA2", 6, -9.47935, 1e-5}}) {
    INFO(std::string(c.name));
    const auto smps = collected(c.name);
    if (!smps) continue;
    const StochasticProgram program = smps->enumerate();
    CHECK(program.scenarios.size() == c.scenarios);
    for (const TwoStageMethod method : {TwoStageMethod::kExtensiveForm, TwoStageMethod::kLShaped}) {
      CHECK(std::abs(solved(program, method).objective - c.optimum) < c.tolerance);
    }
  }
}

TEST_CASE("whole acres of a farmer with half an acre to spare earn what is published") {
  const auto smps = collected("farmer");
  if (!smps) return;
  const StochasticProgram program = smps->enumerate();
  for (const TwoStageMethod method : {TwoStageMethod::kExtensiveForm, TwoStageMethod::kLShaped}) {
    CHECK(solved(program, method).objective == doctest::Approx(-108390.0).epsilon(1e-6));
  }
}

TEST_CASE("servers are placed at the published cost") {
  // SIPLIB, sslp_5_25_50: -121.6, whole in both stages.
  const auto smps = collected("sslp_5_25_50");
  if (!smps) return;
  const StochasticProgram program = smps->enumerate();
  CHECK(suited_method(program) == TwoStageMethod::kExtensiveForm);
  CHECK(solved(program, TwoStageMethod::kExtensiveForm, 1e-4).objective ==
        doctest::Approx(-121.6).epsilon(1e-6));
}

TEST_CASE("a dynamic capacity program is solved to its published value within a thousandth") {
  // SIPLIB, dcap243_200: 2,322.49, whole in both stages; bounds are within a thousandth of it.
  const auto smps = collected("dcap243_200");
  if (!smps) return;
  const StagedSolution solution = solved(smps->enumerate(), TwoStageMethod::kExtensiveForm, 1e-3);
  CHECK(solution.bound <= 2322.49 + 0.005);
  CHECK(solution.objective >= 2322.49 - 0.005);
  CHECK(solution.objective - solution.bound <= 1e-3 * 2323.0);
}

TEST_CASE("samples enclose the published value of a program with a million futures") {
  // lands3: 225.62, by sampling too (Linderoth, Shapiro, Wright 2006).
  const auto smps = collected("lands3");
  if (!smps) return;
  CHECK(smps->scenario_count() == doctest::Approx(1e6));
  const SampleAverage answer = sample_average(
      [&](std::string_view purpose, std::size_t first, std::size_t count) {
        return smps->sample({.count = count, .first = first, .seed = 1, .purpose = purpose});
      },
      {.samples = 200, .fresh = 4000, .method = {}, .each = {.parallelism = {2}}}, HighsSolver());
  REQUIRE(answer.status == Status::kOptimal);
  CHECK(answer.lower.mean - answer.lower.half_width <= 225.62);
  CHECK(answer.upper.mean + answer.upper.half_width >= 225.62);
  CHECK(answer.upper.half_width < 0.01 * 225.62);
}
