#pragma once

#include <map>
#include <string>

#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// What the buyer pays beside compute.
struct BuyerCosts {
  std::string revenue_share_to;  ///< A party; may be empty.
  /// Share of revenue by calendar year, `other` revenue excepted; after the last year that one.
  std::map<int, double> revenue_share;
  std::map<int, Dollars> opex;  ///< Cash, whole calendar years; after the last year it stays.
  /// Paid in a calendar year before the book's start; taken off that year's `opex`.
  std::map<int, Dollars> opex_before_start;
};

}  // namespace offtake::contract
