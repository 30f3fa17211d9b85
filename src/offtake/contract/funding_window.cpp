#include "offtake/contract/funding_window.hpp"

#include <cmath>

#include "offtake/base/random_stream.hpp"

namespace offtake::contract {
namespace {

/// Whether a standard normal `draw` falls in its lower part of this probability.
bool falls_below(double draw, double probability) {
  if (probability <= 0.0) return false;
  if (probability >= 1.0) return true;
  return draw < normal_quantile(probability);
}

}  // namespace

std::vector<char> open_quarters(const FundingWindow& window, std::span<const double> demand_shocks,
                                std::uint64_t seed, std::uint64_t scenario) {
  RandomStream own(seed, "funding-window", scenario);
  const double shared = window.correlation_with_demand;
  const double alone = std::sqrt(1.0 - shared * shared);
  std::vector<char> quarters;
  bool open = window.open_now;
  for (const double shock : demand_shocks) {
    const double mood = shared * shock + alone * own.normal();
    if (!quarters.empty()) {
      open = open ? !falls_below(mood, window.close_per_quarter)
                  : falls_below(-mood, window.reopen_per_quarter);
    }
    quarters.push_back(open ? 1 : 0);
  }
  return quarters;
}

}  // namespace offtake::contract
