#pragma once

#include <string>

#include "offtake/study/buy_decision_draft.hpp"

namespace offtake::study {

/// What one unit of a lever supplies, if it is pulled.
struct Supply {
  double unit = 1.0;        ///< Chips of one unit of the lever.
  double pool_chips = 1.0;  ///< Chips of the pool that one of them is.
  double price = 0.0;       ///< Dollars a chip-year.
  double min_take = 1.0;
  double start = 0.0, ramp = 0.0, term = 0.0;  ///< Months.
  std::string supplier;
  std::string family;  ///< Of the port that it needs; may be empty.
  bool works = true;   ///< The chip itself.
};

/// Writes capacity, extra capacity and bill of world `s` into the lever's effect.
void set_supply(CaseDraft& draft, std::size_t s, int lever, const Supply& supply);

/// Names an offer or option as the source of levers to come; its index.
int add_source(CaseDraft& draft, const contract::Offer& offer, const PoolShare& share,
               double price);

}  // namespace offtake::study
