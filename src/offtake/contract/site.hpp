#pragma once

#include <map>
#include <string>

#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// Delay in months, with a triangular density from `low` over `mode` to `high`.
struct TriangularDelay {
  double low = 0.0;
  double mode = 0.0;
  double high = 0.0;
};

/// The delay in months that is not exceeded with probability `level`: the density's quantile.
double delay_quantile(const TriangularDelay& delay, double level);

/// A place with power. Power is that of the site: servers, network and cooling.
struct Site {
  std::string name;
  std::string supplier;
  std::string contract;              ///< Which signed contract it serves; may be empty.
  Watts power;                       ///< At full build.
  std::map<Month, Watts> energised;  ///< Power that is on from that month, as planned.
};

/// Power on in `month` when the site is `delay_months` late.
Watts power_on(const Site& site, Month month, double delay_months);

}  // namespace offtake::contract
