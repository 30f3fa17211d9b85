#include "offtake/hardware/efficiency_curve.hpp"

#include <cstddef>
#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::hardware {

EfficiencyCurve::EfficiencyCurve(std::vector<Step> steps) : steps_(std::move(steps)) {
  expects(!steps_.empty() && steps_.front().size_min == 0.0, "a curve begins at size zero");
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    expects(0.0 < steps_[i].fraction && steps_[i].fraction <= 1.0, "a fraction is in (0, 1]");
    expects(i == 0 || steps_[i - 1].size_min < steps_[i].size_min, "sizes ascend");
  }
}

double EfficiencyCurve::at(double size) const {
  expects(size >= 0.0, "a size is not negative");
  double fraction = steps_.front().fraction;
  for (const Step& step : steps_) {
    if (size < step.size_min) break;
    fraction = step.fraction;
  }
  return fraction;
}

}  // namespace offtake::hardware
