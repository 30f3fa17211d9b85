#include "offtake/demand/revenue_scenario.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::demand {

const RevenueScenario& scenario_at(std::span<const RevenueScenario> scenarios, double level) {
  expects(!scenarios.empty(), "there is at least one scenario");
  double below = 0.0;
  for (const RevenueScenario& scenario : scenarios) {
    below += scenario.probability;
    if (level < below) return scenario;
  }
  return scenarios.back();
}

double place_on_base(const RevenueScenario& scenario, double years) {
  const double place = years - scenario.shift_months / 12.0;
  return scenario.shift_months > 0 ? std::max(place, 0.0) : place;
}

double revenue_factor(const RevenueScenario& scenario, double grown) {
  expects(grown > 0.0, "revenue stays above zero");
  return scenario.level * std::pow(grown, scenario.growth_scale - 1.0);
}

}  // namespace offtake::demand
