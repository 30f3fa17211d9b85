#include "offtake/units/parse_quantity.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include "offtake/units/literals.hpp"

namespace offtake {

using namespace offtake::literals;

TEST_CASE("a quantity is read with its unit") {
  CHECK(parse_quantity<Bandwidth>("2.9 TB/s")->in(1.0_TB_per_s) == doctest::Approx(2.9));
  CHECK(parse_quantity<ChipPrice>("3.20 USD/chip/h")->in(1.0_USD_per_chip_h) ==
        doctest::Approx(3.2));
  CHECK(parse_quantity<TokenPrice>("17 USD/Mtok")->in(1.0_USD_per_Mtok) == doctest::Approx(17));
  CHECK(parse_quantity<Dollars>("38e9 USD")->in(1.0_BUSD) == doctest::Approx(38));
  CHECK(parse_quantity<Seconds>("-3 months")->in(1.0_months) == doctest::Approx(-3));
  CHECK(parse_quantity<Seconds>("7 years")->in(1.0_h) == doctest::Approx(7 * 8760));
  CHECK(parse_quantity<Bytes>("96 GiB")->in(1.0_GiB) == doctest::Approx(96));
  CHECK(parse_quantity<Bytes>("400 Gbit")->in(1.0_GB) == doctest::Approx(50));
  CHECK(parse_quantity<Watts>("4.5 GW")->in(1.0_GW) == doctest::Approx(4.5));
  CHECK(parse_quantity<Tokens>("1650 tok")->in(1.0_tok) == doctest::Approx(1650));
  CHECK(parse_quantity<Seconds>("40 ms")->in(1.0_ms) == doctest::Approx(40));
  CHECK(parse_quantity<Seconds>("3 min")->in(1.0_s) == doctest::Approx(180));
}

TEST_CASE("a pure number may be a percentage or a factor") {
  CHECK(parse_any_quantity("35%")->value == doctest::Approx(0.35));
  CHECK(parse_any_quantity("0.80x")->value == doctest::Approx(0.8));
  CHECK(parse_any_quantity("0.6 USD/USD")->dimension == Dimension{});
  CHECK(parse_any_quantity("160e6")->value == 160e6);
  const auto impact = parse_any_quantity("8% per GW");
  CHECK(impact->dimension == Dimension{.time = 1, .energy = -1});
  CHECK(impact->value == doctest::Approx(0.08 / 1e9));
}

TEST_CASE("what cannot be read is said in the user's words") {
  CHECK(parse_any_quantity("fast").error() == "\"fast\", which has no number");
  CHECK(parse_any_quantity("3 parsec").error() ==
        "\"3 parsec\", whose unit \"parsec\" is not known");
  CHECK(parse_any_quantity("3 USD/").error() == "\"3 USD/\", which ends in a joint");
  CHECK(parse_quantity<Dollars>("3 GB").error() == "a figure of another dimension");
}

TEST_CASE("what is printed in base units is read back the same") {
  CHECK(rc::check([] {
    const double value = *rc::gen::inRange(-1'000'000, 1'000'000) / 1000.0;
    RC_ASSERT(parse_quantity<Dollars>(fmt::format("{} USD", value))->in(1.0_USD) == value);
  }));
}

}  // namespace offtake
