#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "offtake/lp/extensive_form.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/plan/plan_program.hpp"
#include "offtake/plan/reference_size_example.hpp"

namespace offtake::plan {
namespace {

/// Most memory that the process has held: of a run alone if only that is asked for by
/// --benchmark_filter.
double peak_gigabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024.0 / 1e9;
}

void count_shape(benchmark::State& state, const PlanProblem& problem) {
  PlanProblem one = problem;
  one.scenarios.resize(1);
  const lp::ScenarioBlock block = plan_program(one).program.scenarios.front();
  state.counters["rows"] = static_cast<double>(block.recourse.rows.size());
  state.counters["columns"] = static_cast<double>(block.recourse.columns.size());
  state.counters["nonzeros"] = static_cast<double>(block.recourse.terms.size());
}

void plan_once(benchmark::State& state, const example::ProblemSize& size,
               const PlanQuestion& question) {
  const PlanProblem problem = example::ReferenceProblem(size, 1).draw();
  CapacityPlan plan;
  for (auto _ : state) plan = make_plan(problem, question, lp::HighsSolver());
  if (plan.status != lp::Status::kOptimal) state.SkipWithError("no plan within the gap");
  count_shape(state, problem);
  state.counters["rounds"] = plan.iterations;
  state.counters["objective"] = plan.objective;
  state.counters["gross"] = plan.gross_cost;
  state.counters["gap"] = (plan.objective - plan.bound) / std::abs(plan.objective);
  state.counters["peak_GB"] = peak_gigabytes();
}

/// Seconds for a plan of 36 periods, 12 workloads, 8 chips and 60 offers over so many scenarios.
/// `divided`: lots and yes-or-no decisions may be divided, a linear program; `cvar`: the tail of a
/// twentieth has half the weight.
void divided_plan(benchmark::State& state) {
  const auto scenarios = static_cast<std::size_t>(state.range(0));
  const PlanQuestion question{.risk = {.lambda = state.range(1) == 0 ? 0.0 : 0.5},
                              .gap = 2e-5,
                              .measure_information = false,
                              .relaxed = true,
                              .parallelism = {2}};
  plan_once(state, {.scenarios = scenarios}, question);
}
BENCHMARK(divided_plan)
    ->ArgNames({"scenarios", "cvar"})
    ->Args({10, 0})
    ->Args({30, 0})
    ->Args({30, 1})
    ->Args({100, 0})
    ->Args({300, 0})
    ->Args({1000, 0})
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

/// The same with whole decisions, 65 that are yes or no.
void whole_plan(benchmark::State& state) {
  const auto scenarios = static_cast<std::size_t>(state.range(0));
  plan_once(state, {.scenarios = scenarios},
            {.gap = 2e-4, .measure_information = false, .parallelism = {2}});
}
BENCHMARK(whole_plan)
    ->ArgName("scenarios")
    ->Arg(30)
    ->Arg(100)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

/// All scenarios in one linear program: the objective must be that of `divided_plan`, within the
/// gap.
void extensive_form_plan(benchmark::State& state) {
  const auto scenarios = static_cast<std::size_t>(state.range(0));
  const PlanProblem problem = example::ReferenceProblem({.scenarios = scenarios}, 1).draw();
  lp::Solution solution;
  for (auto _ : state) {
    lp::LinearProgram all = lp::extensive_form(plan_program(problem).program, {});
    for (lp::Column& column : all.columns) column.whole = false;
    solution = lp::HighsSolver().solve(all);
  }
  if (solution.status != lp::Status::kOptimal) state.SkipWithError("no optimum");
  state.counters["objective"] = solution.objective;
  state.counters["peak_GB"] = peak_gigabytes();
}
BENCHMARK(extensive_form_plan)
    ->ArgName("scenarios")
    ->Arg(10)
    ->Arg(30)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

/// A larger plan: 40 workloads, 80 pools (20 chips in 4 zones) and 400 offers.
void large_divided_plan(benchmark::State& state) {
  const auto scenarios = static_cast<std::size_t>(state.range(0));
  plan_once(state,
            {.workloads = 40,
             .pools = 80,
             .ports = 50,
             .offers = 400,
             .scenarios = scenarios,
             .compatible = 0.35},
            {.gap = 2e-5, .measure_information = false, .relaxed = true, .parallelism = {2}});
}
BENCHMARK(large_divided_plan)
    ->ArgName("scenarios")
    ->Arg(10)
    ->Arg(100)
    ->Arg(500)
    ->Iterations(1)
    ->MeasureProcessCPUTime()
    ->UseRealTime()
    ->Unit(benchmark::kSecond);

}  // namespace
}  // namespace offtake::plan
