#include "offtake/contract/site.hpp"

#include <doctest/doctest.h>

#include "offtake/units/literals.hpp"

namespace offtake::contract {

using namespace literals;

TEST_CASE("a triangular delay has its mode where the rising part's probability ends") {
  // Low 0, mode 2, high 14: the part below the mode holds (2 - 0) / (14 - 0) = 1/7.
  const TriangularDelay delay{.low = 0.0, .mode = 2.0, .high = 14.0};
  CHECK(delay_quantile(delay, 1.0 / 7.0) == doctest::Approx(2.0));
  CHECK(delay_quantile(delay, 0.0) == 0.0);
  CHECK(delay_quantile(delay, 1.0) == 14.0);
  // Half: 14 - sqrt(0.5 * 14 * 12) = 4.835.
  CHECK(delay_quantile(delay, 0.5) == doctest::Approx(4.835).epsilon(1e-4));
  CHECK(delay_quantile({.low = 3.0, .mode = 3.0, .high = 3.0}, 0.5) == 3.0);
}

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
