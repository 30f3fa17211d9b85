#include "offtake/demand/revenue_scenario.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace offtake::demand {

TEST_CASE("a level falls to the scenario whose stretch holds it") {
  const std::vector<RevenueScenario> scenarios{{.name = "ahead", .probability = 0.15},
                                               {.name = "base", .probability = 0.6},
                                               {.name = "late", .probability = 0.25}};
  CHECK(scenario_at(scenarios, 0.149).name == "ahead");
  CHECK(scenario_at(scenarios, 0.151).name == "base");
  CHECK(scenario_at(scenarios, 0.751).name == "late");
}

TEST_CASE("a late path stands still until it starts; an early one begins ahead") {
  CHECK(place_on_base({.shift_months = 6}, 0.25) == 0.0);
  CHECK(place_on_base({.shift_months = 6}, 2.0) == doctest::Approx(1.5));
  CHECK(place_on_base({.shift_months = -3}, 0.0) == doctest::Approx(0.25));
}

TEST_CASE("half the log growth makes ninefold revenue threefold") {
  // 9 * 9^(0.5 - 1) = 3, times the level.
  CHECK(9.0 * revenue_factor({.growth_scale = 0.5}, 9.0) == doctest::Approx(3.0));
  CHECK(revenue_factor({.level = 0.95}, 9.0) == doctest::Approx(0.95));
}

}  // namespace offtake::demand
