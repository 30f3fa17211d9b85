#pragma once

#include <cstddef>
#include <vector>

#include "offtake/stress/stress_answer.hpp"

/// Shares, means and tails over equally likely paths.
namespace offtake::stress {

/// The share `hits` of `count` with its 95% interval.
/// Source: Wilson, "Probable inference, the law of succession, and statistical inference", JASA
/// 22(158), 1927.
Probability probability(std::size_t hits, std::size_t count);

/// Mean of the worst 1 - `level` of equally likely `losses`; the edge one counts in part.
/// Source: Rockafellar and Uryasev, "Conditional value-at-risk for general loss distributions",
/// Journal of Banking & Finance 26(7), 2002.
double conditional_value_at_risk(std::vector<double> losses, double level);

inline Dollars dollars(double value) { return Dollars::in_base_units(value); }

/// The share of the paths on which `holds(path)`.
template <class Holds>
Probability share_of_paths(std::size_t paths, Holds&& holds) {
  std::size_t hits = 0;
  for (std::size_t path = 0; path < paths; ++path) hits += holds(path) ? 1 : 0;
  return probability(hits, paths);
}

/// The mean of `value(path)`, in dollars.
template <class Value>
Dollars mean_of_paths(std::size_t paths, Value&& value) {
  double sum = 0.0;
  for (std::size_t path = 0; path < paths; ++path) sum += value(path);
  return dollars(sum / static_cast<double>(paths));
}

}  // namespace offtake::stress
