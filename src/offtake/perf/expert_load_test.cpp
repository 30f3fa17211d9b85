#include "offtake/perf/expert_load.hpp"

#include <doctest/doctest.h>

namespace offtake::perf {

TEST_CASE("the fullest of expert ranks") {
  CHECK(expert_load(1, 0.3) == 1.0);
  CHECK(expert_load(8, 0.0) == 1.0);
  // 8^(1/3) = 2.
  CHECK(expert_load(8, 1.0 / 3.0) == doctest::Approx(2.0));
}

}  // namespace offtake::perf
