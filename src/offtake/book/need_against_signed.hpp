#pragma once

#include <vector>

#include "offtake/book/book.hpp"

namespace offtake::book {

/// Compute needed and compute signed for in a calendar year, at face and on the base path.
struct NeedAndSigned {
  int year = 0;
  Dollars inference;       ///< Needed; zero in years the horizon does not touch.
  Dollars research;        ///< Needed.
  Dollars signed_bills;    ///< Of all contracts, in the shape that the book's readings choose.
  bool in_horizon = true;  ///< Bills before the start or after the end are owed all the same.

  Dollars need() const { return inference + research; }
  Dollars open() const { return need() - signed_bills; }
};

/// A row for each calendar year with a need or a bill, in order.
std::vector<NeedAndSigned> need_against_signed(const Book& book);

/// The bills of `contract` in the shape that the book's readings choose.
const std::map<int, Dollars>& bills_of(const contract::Contract& contract,
                                       const Readings& readings);

}  // namespace offtake::book
