#pragma once

#include <optional>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/stress/path_results.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

std::vector<FundingRuleResult> rule_results(const StressProblem& problem, const PathResults& paths,
                                            Parallelism threads);
void answer_raises(const StressProblem& problem, Parallelism threads, StressAnswer& answer);
double side_raise(const StressProblem& problem, std::optional<std::size_t> without,
                  Parallelism threads);

}  // namespace offtake::stress
