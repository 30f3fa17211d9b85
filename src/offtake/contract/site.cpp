#include "offtake/contract/site.hpp"

#include <cmath>

namespace offtake::contract {

double delay_quantile(const TriangularDelay& delay, double level) {
  const double width = delay.high - delay.low;
  if (width <= 0.0) return delay.low;
  const double rise = delay.mode - delay.low;
  if (level * width < rise) return delay.low + std::sqrt(level * width * rise);
  return delay.high - std::sqrt((1.0 - level) * width * (delay.high - delay.mode));
}

Watts power_on(const Site& site, Month month, double delay_months) {
  Watts on;
  for (const auto& [planned, power] : site.energised) {
    if (month - planned >= delay_months) on = power;
  }
  return on;
}

}  // namespace offtake::contract
