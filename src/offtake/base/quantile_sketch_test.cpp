#include "offtake/base/quantile_sketch.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

using namespace offtake;

TEST_CASE("a sketch of a few values gives them back") {
  QuantileSketch sketch;
  for (const double value : {1.0, 2.0, 3.0, 4.0, 5.0}) sketch.add(value);
  CHECK(sketch.quantile(0.0) == doctest::Approx(1.0).epsilon(0.005));
  CHECK(sketch.quantile(0.5) == doctest::Approx(3.0).epsilon(0.005));
  CHECK(sketch.quantile(1.0) == doctest::Approx(5.0).epsilon(0.005));
  CHECK(sketch.share_up_to(3.1) == doctest::Approx(0.6));
  sketch.add(0.0, 5);
  CHECK(sketch.quantile(0.4) == 0.0);
  CHECK(QuantileSketch{}.quantile(0.5) == 0.0);
}

TEST_CASE("no quantile of a sketch is off by more than its error") {
  CHECK(rc::check([](const std::vector<std::uint32_t>& words) {
    RC_PRE(!words.empty());
    QuantileSketch sketch;
    std::vector<double> values;
    for (const std::uint32_t word : words) {
      values.push_back(std::exp(static_cast<double>(word % 40'000) / 1000.0 - 20.0));
      sketch.add(values.back());
    }
    std::ranges::sort(values);
    for (const double level : {0.0, 0.1, 0.5, 0.9, 0.99, 1.0}) {
      const double exact =
          values[static_cast<std::size_t>(level * static_cast<double>(values.size() - 1))];
      RC_ASSERT(std::abs(sketch.quantile(level) / exact - 1.0) <= QuantileSketch::kError + 1e-9);
    }
  }));
}

TEST_CASE("sketches of two parts merge into that of the whole") {
  CHECK(rc::check(
      [](const std::vector<std::uint16_t>& left, const std::vector<std::uint16_t>& right) {
        QuantileSketch a;
        QuantileSketch b;
        QuantileSketch whole;
        for (const auto value : left) a.add(value), whole.add(value);
        for (const auto value : right) b.add(value), whole.add(value);
        a.merge(b);
        RC_ASSERT(a.count() == whole.count());
        for (const double level : {0.0, 0.25, 0.5, 0.99, 1.0}) {
          RC_ASSERT(a.quantile(level) == whole.quantile(level));
        }
      }));
}
