#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// How prices of new contracts move, as factors a year.
struct PricePaths {
  double same_chip = 1.0;              ///< A term contract of the same chip.
  double on_demand_same_chip = 1.0;    ///< The same by the hour.
  double price_performance_new = 1.0;  ///< Work a dollar of a new contract buys.
};

/// Compute that can be bought later at the price of its day, beyond the offers of the book. Its
/// price for a reference chip's work at time t (years) is
///   reference price * price_performance_new^-t * (1 + premium) * market factor.
struct LaterMarket {
  double premium = 0.0;       ///< Over the price of a committed contract of that day.
  Seconds lead;               ///< From deciding to using.
  MoneyRate cap;              ///< Largest spend a year on it, at the start's prices.
  double cap_per_year = 1.0;  ///< Factor on the cap each year.
};

}  // namespace offtake::contract
