#include "offtake/contract/contract.hpp"

#include <doctest/doctest.h>

#include "offtake/units/literals.hpp"

namespace offtake::contract {

using namespace literals;

TEST_CASE("a year's bill is spread over the months that are left of it") {
  const std::map<int, Dollars> pay{{2026, 9.0_USD}, {2027, 24.0_USD}};
  const Month start(2026, 4);
  CHECK(bill_in_month(pay, Month(2026, 3), start) == 0.0_USD);
  CHECK(bill_in_month(pay, Month(2026, 4), start) == 1.0_USD);   // 9 over April to December.
  CHECK(bill_in_month(pay, Month(2027, 12), start) == 2.0_USD);  // 24 over twelve months.
  CHECK(bill_in_month(pay, Month(2028, 1), start) == 0.0_USD);
}

}  // namespace offtake::contract
