#pragma once

#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/lp/solver.hpp"
#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

struct Foresight {
  double gap_absolute = 0.0;  ///< Of each scenario's program,
  double gap = 0.0;           ///< or relative.
  Basis start;                ///< Of a scenario's recourse, or empty.
  Parallelism parallelism;
};

/// The least cost of each scenario if it alone were planned for: wait and see, as lower bounds
/// within the gap. No first stage costs less in that scenario. Minus infinity where a scenario
/// alone is unbounded, infinity where it is infeasible.
/// Source: Madansky, "Inequalities for stochastic linear programming problems", Management Science
/// 6(2), 1960; Birge and Louveaux, ch. 4.
std::vector<double> wait_and_see(const StochasticProgram& program, const Solver& solver,
                                 const Foresight& foresight);

}  // namespace offtake::lp
