#pragma once

#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/stress/stress_answer.hpp"
#include "offtake/stress/stress_problem.hpp"

namespace offtake::stress {

/// One input at either end of its range, all else as in the problem.
struct Variation {
  std::string name;
  std::string low_text;
  std::string high_text;
  StressProblem low;
  StressProblem high;
};

/// Can everyone pay: draws the paths, runs the buyer by the problem's rule of rounds and the
/// parties behind it, and the same draws again for every question beside it. The answer is a
/// function of problem and variations, whatever the threads.
StressAnswer answer_stress(const StressProblem& problem, const std::vector<Variation>& variations,
                           Parallelism threads);

/// The share `hits` of `count` with its 95% interval.
/// Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA
/// 22(158), 1927.
Probability probability(std::size_t hits, std::size_t count);

/// Mean of the worst 1 - `level` of equally likely `losses`; the edge one counts in part.
/// Source: Rockafellar and Uryasev, "Conditional value-at-risk for general loss distributions",
/// Journal of Banking & Finance 26(7), 2002.
double conditional_value_at_risk(std::vector<double> losses, double level);

}  // namespace offtake::stress
