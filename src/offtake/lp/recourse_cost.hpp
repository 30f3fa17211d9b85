#pragma once

#include <span>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/lp/solver.hpp"
#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

/// The rows that the first stage moves, in order.
std::vector<int> coupled_rows(const ScenarioBlock& block);

/// The intervals of `rows` once what `x` adds to their activity is taken off.
std::vector<Interval> moved_rows(const ScenarioBlock& block, std::span<const int> rows,
                                 std::span<const double> x);

/// C_s of each scenario for the first stage `x`, whole columns of the recourse included: to
/// `gap`, relative. Infinity where a scenario has no recourse, minus infinity where it is
/// unbounded.
std::vector<double> scenario_costs(const StochasticProgram& program, std::span<const double> x,
                                   const Solver& solver, double gap, Parallelism parallelism);

}  // namespace offtake::lp
