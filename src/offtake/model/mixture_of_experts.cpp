#include "offtake/model/mixture_of_experts.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::model {

double feed_forward_parameters(int hidden, int width, bool gated) {
  return (gated ? 3.0 : 2.0) * hidden * width;
}

double experts_hit(const MixtureOfExperts& mixture, double tokens, double evenness) {
  expects(tokens >= 0.0 && evenness > 0.0, "tokens are not negative and popularity has a spread");
  const double experts = mixture.experts;
  const double choices = tokens * mixture.active / experts;
  const double missed = std::exp(-evenness * std::log1p(choices / evenness));
  return std::clamp(experts * (1.0 - missed), static_cast<double>(mixture.active), experts);
}

}  // namespace offtake::model
