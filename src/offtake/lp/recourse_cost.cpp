#include "offtake/lp/recourse_cost.hpp"

#include <set>

#include "offtake/base/expects.hpp"

namespace offtake::lp {
namespace {

LinearProgram recourse_at(const ScenarioBlock& block, std::span<const double> x) {
  LinearProgram recourse = block.recourse;
  const std::vector<int> rows = coupled_rows(block);
  const std::vector<Interval> moved = moved_rows(block, rows, x);
  for (std::size_t r = 0; r < rows.size(); ++r) {
    recourse.rows[static_cast<std::size_t>(rows[r])] = moved[r];
  }
  return recourse;
}

double cost_of(const Solution& solution) {
  if (solution.status == Status::kInfeasible) return kInfinity;
  if (solution.status == Status::kUnbounded) return -kInfinity;
  expects(solution.status == Status::kOptimal, "the solver settles the recourse of a scenario");
  return solution.objective;
}

}  // namespace

std::vector<int> coupled_rows(const ScenarioBlock& block) {
  std::set<int> rows;
  for (const Coupling& c : block.coupling) rows.insert(c.row);
  return {rows.begin(), rows.end()};
}

std::vector<Interval> moved_rows(const ScenarioBlock& block, std::span<const int> rows,
                                 std::span<const double> x) {
  std::vector<double> shift(block.recourse.rows.size());
  for (const Coupling& c : block.coupling) {
    shift[static_cast<std::size_t>(c.row)] += c.coefficient * x[static_cast<std::size_t>(c.column)];
  }
  std::vector<Interval> moved;
  for (const int row : rows) {
    const auto r = static_cast<std::size_t>(row);
    const Interval& interval = block.recourse.rows[r];
    moved.push_back({interval.lower - shift[r], interval.upper - shift[r]});
  }
  return moved;
}

std::vector<double> scenario_costs(const StochasticProgram& program, std::span<const double> x,
                                   const Solver& solver, double gap, Parallelism parallelism) {
  const double now = first_stage_cost(program.first_stage, x);
  std::vector<double> costs(program.scenarios.size());
  Basis start;  // Of the first scenario: the others differ little from it.
  const auto cost_at = [&](std::size_t s) {
    const LinearProgram recourse = recourse_at(program.scenarios[s], x);
    const auto loaded = solver.load(recourse);
    if (start.fits(recourse)) loaded->start_from(start);
    costs[s] = now + cost_of(loaded->solve({.gap = gap}));
    return loaded->basis();
  };
  start = cost_at(0);
  for_each_index(costs.size() - 1, parallelism, [&](std::size_t s) { cost_at(s + 1); });
  return costs;
}

}  // namespace offtake::lp
