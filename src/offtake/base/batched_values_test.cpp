#include "offtake/base/batched_values.hpp"

#include <doctest/doctest.h>

#include "offtake/base/random_stream.hpp"

using namespace offtake;

TEST_CASE("the quantile of Student's t agrees with printed tables") {
  CHECK(student_975(10) == doctest::Approx(2.228).epsilon(5e-4));
  CHECK(student_975(20) == doctest::Approx(2.086).epsilon(5e-4));
  CHECK(student_975(30) == doctest::Approx(2.042).epsilon(5e-4));
}

TEST_CASE("few values have a mean and no interval") {
  BatchedValues values;
  for (int i = 1; i <= 100; ++i) values.add(i);
  CHECK(values.mean() == doctest::Approx(50.5));
  CHECK_FALSE(values.mean_interval().has_value());
}

TEST_CASE("intervals of correlated streams hold the mean about as often as they say") {
  // x' = 0.9 x + e with e exponential: mean 10, and neighbours correlated by 0.9. Independent
  // values would give intervals sqrt(19) times too short.
  int held = 0;
  int held_median = 0;
  constexpr int kRuns = 200;
  for (int run = 0; run < kRuns; ++run) {
    RandomStream random(7, "batched-values", static_cast<std::uint64_t>(run));
    BatchedValues values;
    double x = 10.0;
    for (int i = 0; i < 20'000; ++i) {
      x = 0.9 * x + random.exponential();
      values.add(x);
    }
    const auto mean = values.mean_interval();
    REQUIRE(mean.has_value());
    held += mean->low <= 10.0 && 10.0 <= mean->high ? 1 : 0;
    const auto median = values.quantile_interval(0.5);
    // 9.774: the median of four million values of the same recursion in another program.
    held_median += median->low <= 9.774 && 9.774 <= median->high ? 1 : 0;
  }
  // Binomial: 190 +- 3 sd of 3.1, and batch means fall a little short.
  CHECK(held >= 178);
  CHECK(held_median >= 174);
}
