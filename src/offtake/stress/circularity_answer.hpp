#pragma once

#include "offtake/stress/path_results.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// How much of the investors' money returns to them: mean flows from the first quarter in which an
/// investor pays until `return_within` after its last.
CircularityAnswer circularity_answer(const StressProblem& problem, const PathResults& paths);

}  // namespace offtake::stress
