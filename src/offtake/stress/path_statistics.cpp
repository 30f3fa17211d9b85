#include "offtake/stress/path_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "offtake/base/expects.hpp"

namespace offtake::stress {

Probability probability(std::size_t hits, std::size_t count) {
  expects(hits <= count && count > 0, "a share of some paths");
  constexpr double kDeviations = 1.959963984540054;
  const double n = static_cast<double>(count);
  const double share = static_cast<double>(hits) / n;
  const double squared = kDeviations * kDeviations / n;
  const double middle = (share + squared / 2.0) / (1.0 + squared);
  const double half =
      kDeviations / (1.0 + squared) * std::sqrt(share * (1.0 - share) / n + squared / (4.0 * n));
  return {share, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double conditional_value_at_risk(std::vector<double> losses, double level) {
  expects(!losses.empty(), "CVaR needs losses");
  expects(0.0 <= level && level < 1.0, "the level is in [0, 1)");
  std::ranges::sort(losses, std::greater<>{});
  const double tail = (1.0 - level) * static_cast<double>(losses.size());
  const auto whole = static_cast<std::size_t>(tail);
  double sum = 0.0;
  for (std::size_t i = 0; i < whole; ++i) sum += losses[i];
  if (whole < losses.size()) sum += (tail - static_cast<double>(whole)) * losses[whole];
  return sum / tail;
}

}  // namespace offtake::stress
