#include "offtake/units/sim_time.hpp"

#include <doctest/doctest.h>

using namespace offtake;

TEST_CASE("simulated time counts whole nanoseconds") {
  CHECK(sim_time(Seconds::in_base_units(1.5)) == SimTime{1'500'000'000});
  CHECK(sim_time(Seconds::in_base_units(0.4e-9)) == SimTime{0});  // To the nearest.
  CHECK(sim_time(Seconds::in_base_units(0.6e-9)) == SimTime{1});
  CHECK(seconds(SimTime{2'000'000'000}).base_units() == doctest::Approx(2.0));
  CHECK(SimTime{3} - SimTime{5} == -SimTime{2});
}
