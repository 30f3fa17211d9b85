#pragma once

#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/lp/solver.hpp"
#include "offtake/lp/stochastic_program.hpp"

namespace offtake::plan {

struct Foresight {
  double gap_absolute = 0.0;
  lp::Basis start;  ///< Of a scenario's recourse, or empty.
  Parallelism parallelism;
};

/// The least cost of each scenario if it alone were planned for: wait and see, as lower
/// bounds within `gap_absolute`. No plan's loss in that scenario is below it.
std::vector<double> perfect_foresight(const lp::StochasticProgram& program,
                                      const lp::Solver& solver, const Foresight& foresight);

}  // namespace offtake::plan
