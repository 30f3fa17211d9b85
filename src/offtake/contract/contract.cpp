#include "offtake/contract/contract.hpp"

namespace offtake::contract {

Dollars bill_in_month(const std::map<int, Dollars>& pay, Month month, Month start) {
  const auto year = pay.find(month.year());
  if (year == pay.end() || month < start) return {};
  const int months = month.year() == start.year() ? 13 - start.month() : 12;
  return year->second / months;
}

}  // namespace offtake::contract
