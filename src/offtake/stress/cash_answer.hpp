#pragma once

#include <vector>

#include "offtake/stress/path_results.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// Quantiles of the buyer's cash at each quarter's end.
std::vector<CashQuantiles> cash_quantiles(const StressProblem& problem, const PathResults& paths);

/// What becomes of the buyer where one scenario of revenue holds.
std::vector<ScenarioResult> scenario_results(const StressProblem& problem,
                                             const PathResults& paths);

}  // namespace offtake::stress
