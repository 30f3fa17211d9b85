#include "offtake/model/mixture_of_experts.hpp"

#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::model {

double feed_forward_parameters(int hidden, int width, bool gated) {
  return (gated ? 3.0 : 2.0) * hidden * width;
}

double experts_hit(const MixtureOfExperts& mixture, double tokens) {
  expects(tokens >= 0.0, "tokens are not negative");
  const double share = static_cast<double>(mixture.active) / mixture.experts;
  return mixture.experts * (1.0 - std::pow(1.0 - share, tokens));
}

}  // namespace offtake::model
