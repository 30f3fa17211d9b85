#include "offtake/stress/path_statistics.hpp"

#include <doctest/doctest.h>

namespace offtake::stress {
namespace {

using doctest::Approx;

TEST_CASE("shares of paths carry Wilson's interval") {
  // 10 of 100 at z = 1.96: (0.1 + 0.019208) / 1.038416 -+ 1.96 / 1.038416 * sqrt(0.0009 +
  // 0.0000960)
  const Probability tenth = probability(10, 100);
  CHECK(tenth.value == 0.1);
  CHECK(tenth.low == Approx(0.0552).epsilon(0.002));
  CHECK(tenth.high == Approx(0.1744).epsilon(0.002));
  CHECK(probability(0, 50).low == 0.0);
}

TEST_CASE("the conditional value at risk counts the edge loss in part") {
  // Worst 30% of {4, 3, 2, 1}: 1.2 losses: 4 and a fifth of 3: 4.6 / 1.2.
  CHECK(conditional_value_at_risk({1.0, 4.0, 2.0, 3.0}, 0.7) == Approx(4.6 / 1.2));
}

}  // namespace
}  // namespace offtake::stress
