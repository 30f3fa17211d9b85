#include "offtake/hardware/efficiency_curve.hpp"

#include <doctest/doctest.h>

namespace offtake::hardware {

TEST_CASE("a curve's step holds from its size up to the next") {
  const EfficiencyCurve curve({{0.0, 0.1}, {1e9, 0.6}, {16e9, 0.9}});
  CHECK(curve.at(0.0) == 0.1);
  CHECK(curve.at(0.999e9) == 0.1);
  CHECK(curve.at(1e9) == 0.6);
  CHECK(curve.at(1e15) == 0.9);
}

}  // namespace offtake::hardware
