#include <benchmark/benchmark.h>

#include "offtake/base/random_stream.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/two_stage_solve.hpp"

namespace offtake::lp {
namespace {

/// 20 kinds of plant are built before 100 equally likely scenarios show the need of 30 places and
/// what a unit from each plant to each place costs; what is missing costs more than any of them. In
/// all 20 + 100 x 630 columns.
StochasticProgram transport_program() {
  constexpr int kPlants = 20;
  constexpr int kPlaces = 30;
  constexpr int kScenarios = 100;
  RandomStream once(1, "bench/plants", 0);
  StochasticProgram program;
  for (int i = 0; i < kPlants; ++i) {
    program.first_stage.add_column({.objective = 2.0 + 4.0 * once.uniform(), .upper = 200.0});
  }
  for (std::size_t s = 0; s < kScenarios; ++s) {
    RandomStream random(1, "bench/scenario", s);
    ScenarioBlock block{.probability = 1.0 / kScenarios};
    std::vector<std::vector<Term>> sent(kPlants), got(kPlaces);
    for (int i = 0; i < kPlants; ++i) {
      for (int j = 0; j < kPlaces; ++j) {
        const int column = block.recourse.add_column({.objective = 1.0 + 9.0 * random.uniform()});
        sent[static_cast<std::size_t>(i)].push_back({column, 1.0});
        got[static_cast<std::size_t>(j)].push_back({column, 1.0});
      }
    }
    for (int i = 0; i < kPlants; ++i) {
      const int row = block.recourse.add_row(at_most(0.0), sent[static_cast<std::size_t>(i)]);
      block.coupling.push_back({row, i, -1.0});
    }
    for (std::vector<Term>& terms : got) {
      terms.push_back({block.recourse.add_column({.objective = 25.0}), 1.0});
      block.recourse.add_row(at_least(10.0 + 40.0 * random.uniform()), terms);
    }
    program.scenarios.push_back(block);
  }
  return program;
}

void solve_transport(benchmark::State& state, TwoStageMethod method) {
  const StochasticProgram program = transport_program();
  for (auto _ : state) {
    const StagedSolution solution =
        solve_two_stage(program, method, {.parallelism = {2}}, HighsSolver());
    state.counters["iterations"] = solution.iterations;
    state.counters["objective"] = solution.objective;
  }
}
BENCHMARK_CAPTURE(solve_transport, l_shaped, TwoStageMethod::kLShaped)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(solve_transport, extensive_form, TwoStageMethod::kExtensiveForm)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace offtake::lp
