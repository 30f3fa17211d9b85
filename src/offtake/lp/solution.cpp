#include "offtake/lp/solution.hpp"

#include <algorithm>
#include <cmath>

namespace offtake::lp {

double Solution::gap() const {
  const double difference = std::max(0.0, objective - bound);
  return difference == 0.0 ? 0.0 : difference / std::max(std::abs(objective), 1e-12);
}

}  // namespace offtake::lp
