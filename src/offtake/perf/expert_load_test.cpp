#include "offtake/perf/expert_load.hpp"

#include <doctest/doctest.h>

namespace offtake::perf {

TEST_CASE("the fullest of eight expert ranks") {
  // 8,000 choices, 1,000 a rank: 1 + sqrt(2 ln 8 / 1,000) = 1.0645.
  CHECK(expert_load(8, 8000, 1.6) == doctest::Approx(1.0645).epsilon(0.0001));
  CHECK(expert_load(8, 8, 1.6) == 1.6);
  CHECK(expert_load(1, 8, 1.6) == 1.0);
}

}  // namespace offtake::perf
