#include "offtake/report/number_text.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace offtake::report;

TEST_CASE("figures are written as in the table that the page is tested with") {
  std::ifstream file{OFFTAKE_SOURCE_DIR "/web/test/number_cases.json"};
  const nlohmann::json cases = nlohmann::json::parse(file);
  for (const auto& one : cases["money"]) CHECK(money(one[0]) == one[1].get<std::string>());
  for (const auto& one : cases["percent"]) CHECK(percent(one[0]) == one[1].get<std::string>());
  for (const auto& one : cases["change"]) CHECK(change(one[0]) == one[1].get<std::string>());
  for (const auto& one : cases["fixed"]) {
    CHECK(fixed_number(one[0], one[1]) == one[2].get<std::string>());
  }
  for (const auto& one : cases["amount"]) CHECK(amount(one[0]) == one[1].get<std::string>());
  for (const auto& one : cases["time"]) CHECK(time_text(one[0]) == one[1].get<std::string>());
  for (const auto& one : cases["range"]) {
    CHECK(range(one[0].get<std::string>(), one[1].get<std::string>()) == one[2].get<std::string>());
  }
}

TEST_CASE("a column has one number of decimals and a true minus") {
  CHECK(fixed_number(41.25, 1) == "41.3");  // 41.25 is exact in binary: a true tie, it goes up.
  CHECK(fixed_number(0.285, 2) == "0.28");  // The nearest double is below 0.285: no tie.
  CHECK(fixed_number(-1.9, 1) == "−1.9");
  CHECK(fixed_number(-0.04, 1) == "0.0");
}

TEST_CASE("the thousands of a whole number are set apart") {
  CHECK(whole_number(999) == "999");
  CHECK(whole_number(48250) == "48,250");
  CHECK(whole_number(-1234567) == "−1,234,567");
}

TEST_CASE("a probability that is possible is never printed as zero or as certain") {
  CHECK(rc::check([] {
    const double share = *rc::gen::inRange(0, 1000000) / 1e6;
    const std::string text = percent(share);
    RC_ASSERT(text != "0.0");
    RC_ASSERT(text != "100.0");
  }));
}

TEST_CASE("money is within half a unit of its last digit") {
  CHECK(rc::check([] {
    const double usd = 1e3 * *rc::gen::inRange(1000, 999000000);
    const std::string text = money(usd);
    const double unit = text.back() == 'B' ? 1e9 : 1e6;
    const double printed = std::stod(text.substr(1)) * unit;
    RC_ASSERT(std::abs(printed - usd) <= 0.0500001 * unit);
  }));
}
