#pragma once

#include <functional>
#include <string_view>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/lp/l_shaped.hpp"
#include "offtake/lp/solver.hpp"
#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

enum class TwoStageMethod {
  kExtensiveForm,  ///< One program of all scenarios.
  kLShaped,        ///< A master program and one program a scenario; no whole recourse.
};

std::string_view name_of(TwoStageMethod method);

/// The extensive form up to about 100,000 columns and wherever the recourse has whole columns, else
/// the L-shaped method.
TwoStageMethod suited_method(const StochasticProgram& program);

struct TwoStageQuestion {
  double gap = 1e-6;                     ///< As a share of max(1, |objective|) at most.
  std::function<double()> seconds_left;  ///< Or empty: no limit.
  Parallelism parallelism;               ///< Of the L-shaped method.
  Progress progress;
};

/// The least expected cost. The extensive form gives no losses of scenarios, and its iterations are
/// those of the simplex method; the L-shaped method needs a recourse without whole columns.
StagedSolution solve_two_stage(const StochasticProgram& program, TwoStageMethod method,
                               const TwoStageQuestion& question, const Solver& solver);

}  // namespace offtake::lp
