#include "offtake/perf/expert_load.hpp"

#include <algorithm>
#include <cmath>

namespace offtake::perf {

double expert_load(int ranks, double choices, double load_max) {
  if (ranks <= 1 || choices <= 0.0) return 1.0;
  const double mean = choices / ranks;
  return std::min(load_max, 1.0 + std::sqrt(2.0 * std::log(ranks) / mean));
}

}  // namespace offtake::perf
