#include "offtake/lp/risk_measure.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "offtake/base/expects.hpp"

namespace offtake::lp {

double mean(std::span<const double> losses, std::span<const double> probabilities) {
  return std::inner_product(losses.begin(), losses.end(), probabilities.begin(), 0.0);
}

double conditional_value_at_risk(std::span<const double> losses,
                                 std::span<const double> probabilities, double level) {
  expects(!losses.empty() && losses.size() == probabilities.size(), "CVaR needs losses");
  expects(0.0 <= level && level < 1.0, "the level is in [0, 1)");
  std::vector<std::size_t> worst_first(losses.size());
  std::iota(worst_first.begin(), worst_first.end(), std::size_t{0});
  std::ranges::stable_sort(worst_first, [&](auto a, auto b) { return losses[a] > losses[b]; });
  const double tail = 1.0 - level;
  double sum = 0.0, left = tail;
  for (const std::size_t s : worst_first) {
    const double share = std::min(left, probabilities[s]);
    sum += share * losses[s];
    left -= share;
  }
  return (sum + left * losses[worst_first.back()]) / tail;
}

double risk_adjusted(std::span<const double> losses, std::span<const double> probabilities,
                     const RiskWeight& risk) {
  const double expected = mean(losses, probabilities);
  if (risk.lambda == 0.0) return expected;
  return (1.0 - risk.lambda) * expected +
         risk.lambda * conditional_value_at_risk(losses, probabilities, risk.alpha);
}

}  // namespace offtake::lp
