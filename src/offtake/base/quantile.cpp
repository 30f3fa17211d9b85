#include "offtake/base/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "offtake/base/expects.hpp"

namespace offtake {

double quantile_of_sorted(std::span<const double> sorted, double level) {
  expects(!sorted.empty(), "a quantile needs values");
  expects(0.0 <= level && level <= 1.0, "a quantile's level is in [0, 1]");
  const double position = level * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double share = position - static_cast<double>(below);
  return sorted[below] + share * (sorted[above] - sorted[below]);
}

double quantile(std::vector<double> values, double level) {
  std::ranges::sort(values);
  return quantile_of_sorted(values, level);
}

double weighted_quantile(std::span<const double> values, std::span<const double> weights,
                         double level) {
  expects(!values.empty() && values.size() == weights.size(), "each value has a weight");
  expects(0.0 <= level && level <= 1.0, "a quantile's level is in [0, 1]");
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t at) { return values[at]; });
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  expects(total > 0.0, "some weight is positive");
  double reached = 0.0;
  for (const std::size_t at : order) {
    reached += weights[at];
    // Rounding of the sum must not push the level past its value.
    if (reached >= level * total * (1.0 - 1e-12)) return values[at];
  }
  return values[order.back()];
}

}  // namespace offtake
