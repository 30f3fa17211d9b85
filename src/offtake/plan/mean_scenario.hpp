#pragma once

#include "offtake/plan/plan_problem.hpp"

namespace offtake::plan {

/// The problem with one scenario: the mean of all, figure by figure. A lever that acts in some
/// scenarios only acts in proportion.
PlanProblem mean_problem(const PlanProblem& problem);

}  // namespace offtake::plan
