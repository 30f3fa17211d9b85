#include "offtake/perf/expert_load.hpp"

#include <cmath>

namespace offtake::perf {

double expert_load(int ranks, double skew) { return std::pow(ranks, skew); }

}  // namespace offtake::perf
