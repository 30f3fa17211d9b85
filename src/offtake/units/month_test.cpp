#include "offtake/units/month.hpp"

#include <doctest/doctest.h>

#include <string>

namespace offtake {

TEST_CASE("months count across years") {
  CHECK(Month(2026, 1) - Month(2025, 12) == 1);
  CHECK(Month(2025, 11) + 14 == Month(2027, 1));
  CHECK(Month(2026, 7).quarter() == 3);
  CHECK(to_string(Month(2026, 7)) == "2026-07");
}

TEST_CASE("months and dates are read from text, a vague date as its last day") {
  CHECK(*parse_month("2026-03") == Month(2026, 3));
  CHECK(*parse_month("2026-03-31") == Month(2026, 3));
  CHECK(*parse_month("2026") == Month(2026, 1));
  CHECK(*parse_date("2025-12-17") == Date{Month(2025, 12), 17});
  CHECK(*parse_date("2024-02") == Date{Month(2024, 2), 29});
  CHECK(*parse_date("2025") == Date{Month(2025, 12), 31});
  CHECK(to_string(*parse_date("2025-12-07")) == "2025-12-07");
}

TEST_CASE("what is not a date is refused") {
  for (const std::string text : {"", "26-01", "2026-13", "2026-02-30", "2026-1", "2026-01-31x"}) {
    CAPTURE(text);
    CHECK(!parse_date(text));
  }
}

}  // namespace offtake
