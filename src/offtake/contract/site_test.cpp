#include "offtake/contract/site.hpp"

#include <doctest/doctest.h>

#include "offtake/units/literals.hpp"

namespace offtake::contract {

using namespace literals;

TEST_CASE("a stage of a site is on from its month, later by the delay") {
  const Site site{.name = "abilene",
                  .power = 1.2_GW,
                  .energised = {{Month(2026, 1), 0.3_GW}, {Month(2026, 6), 1.2_GW}}};
  CHECK(power_on(site, Month(2025, 12), 0.0) == 0.0_GW);
  CHECK(power_on(site, Month(2026, 5), 0.0) == 0.3_GW);
  CHECK(power_on(site, Month(2026, 6), 0.0) == 1.2_GW);
  CHECK(power_on(site, Month(2026, 6), 0.5) == 0.3_GW);  // June + half a month is not June yet.
  CHECK(power_on(site, Month(2026, 7), 0.5) == 1.2_GW);
}

}  // namespace offtake::contract
