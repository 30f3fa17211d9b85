#pragma once

#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/stress/raise_answer.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// Can everyone pay: draws the paths, runs the buyer by the problem's rule of rounds and the
/// parties behind it, and the same draws again for every question beside it. The answer is a
/// function of problem and variations, whatever the threads.
StressAnswer answer_stress(const StressProblem& problem, const std::vector<Variation>& variations,
                           Parallelism threads);

}  // namespace offtake::stress
