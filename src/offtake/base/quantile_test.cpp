#include "offtake/base/quantile.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

namespace offtake {

TEST_CASE("a quantile lies linearly between its neighbours") {
  // Four values stand at levels 0, 1/3, 2/3 and 1; level 0.5 is half way from 2 to 4.
  CHECK(quantile({4.0, 1.0, 2.0, 8.0}, 0.5) == doctest::Approx(3.0));
  CHECK(quantile({4.0, 1.0, 2.0, 8.0}, 0.0) == 1.0);
  CHECK(quantile({4.0, 1.0, 2.0, 8.0}, 1.0) == 8.0);
  CHECK(quantile({5.0}, 0.3) == 5.0);
}

TEST_CASE("a weighted quantile is the first value that reaches the level") {
  const std::vector<double> values{30.0, 10.0, 20.0};
  const std::vector<double> weights{0.5, 0.2, 0.3};
  CHECK(weighted_quantile(values, weights, 0.2) == 10.0);
  CHECK(weighted_quantile(values, weights, 0.21) == 20.0);
  CHECK(weighted_quantile(values, weights, 0.5) == 20.0);
  CHECK(weighted_quantile(values, weights, 0.9) == 30.0);
}

TEST_CASE("quantiles rise with their level and stay inside the values") {
  CHECK(rc::check([](std::vector<double> values) {
    RC_PRE(!values.empty());
    const double low = quantile(values, 0.1);
    const double high = quantile(values, 0.9);
    RC_ASSERT(quantile(values, 0.0) <= low);
    RC_ASSERT(low <= high);
    RC_ASSERT(high <= quantile(values, 1.0));
  }));
}

}  // namespace offtake
