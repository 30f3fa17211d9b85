#include "offtake/perf/utilisation_grid.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>

namespace offtake::perf {
namespace {

TEST_CASE("between two points the share is interpolated along the logarithms") {
  // 200 is half way from 100 to 400 in logarithms; half way from 0.2 to 0.8 is sqrt(0.16) = 0.4.
  const UtilisationGrid<1> grid({{{100.0}, 0.2}, {{400.0}, 0.8}});
  CHECK(*grid.at({200.0}) == doctest::Approx(0.4));
  // A quarter of the way: 100 x 4^(1/4) = 141.42; 0.2 x 4^(1/4) = 0.28284.
  CHECK(*grid.at({141.42136}) == doctest::Approx(0.282843));
}

TEST_CASE("two axes are interpolated one after the other") {
  // Along the second axis: at 1: sqrt(0.1 x 0.4) = 0.2; at 4: sqrt(0.2 x 0.8) = 0.4. Then half way:
  // sqrt(0.2 x 0.4) = 0.28284.
  const UtilisationGrid<2> grid(
      {{{1.0, 10.0}, 0.1}, {{1.0, 40.0}, 0.4}, {{4.0, 10.0}, 0.2}, {{4.0, 40.0}, 0.8}});
  CHECK(*grid.at({2.0, 20.0}) == doctest::Approx(0.282843));
}

TEST_CASE("above the greatest size the share is held, and not for ever") {
  const UtilisationGrid<1> grid({{{100.0}, 0.2}, {{400.0}, 0.8}});
  CHECK(*grid.at({800.0}) == doctest::Approx(0.8));
  CHECK_FALSE(grid.at({400.0 * kGridReach * 1.01}).has_value());
}

TEST_CASE("below the least size nothing is said") {
  const UtilisationGrid<1> grid({{{100.0}, 0.2}, {{400.0}, 0.8}});
  CHECK_FALSE(grid.at({99.0}).has_value());
  CHECK_FALSE(UtilisationGrid<1>({}).at({1.0}).has_value());
}

TEST_CASE("a ragged grid answers from the side that reaches") {
  const UtilisationGrid<2> grid({{{1.0, 10.0}, 0.1}, {{1.0, 40.0}, 0.4}, {{4.0, 40.0}, 0.8}});
  CHECK(*grid.at({2.0, 10.0}) == doctest::Approx(0.1));
  CHECK_FALSE(grid.at({4.0, 10.0}).has_value());
}

UtilisationGrid<3>::Point generated_point() {
  const auto size = [] { return static_cast<double>(*rc::gen::inRange(1, 9)); };
  return {{size(), size(), size()}, *rc::gen::inRange(1, 100) / 100.0};
}

TEST_CASE("a measured point is answered exactly, and no share is outside of those measured") {
  CHECK(rc::check([] {
    std::map<UtilisationGrid<3>::Sizes, double> measured;
    for (int i = 0; i < 20; ++i) {
      const auto point = generated_point();
      measured[point.sizes] = point.utilisation;
    }
    std::vector<UtilisationGrid<3>::Point> points;
    double least = 1.0, greatest = 0.0;
    for (const auto& [sizes, share] : measured) {
      points.push_back({sizes, share});
      least = std::min(least, share);
      greatest = std::max(greatest, share);
    }
    const UtilisationGrid<3> grid(points);
    for (const auto& [sizes, share] : measured) {
      const auto found = grid.at(sizes);
      RC_ASSERT(found.has_value());
      RC_ASSERT(std::abs(*found - share) < 1e-12);
    }
    const auto size = [] { return *rc::gen::inRange(100, 900) / 100.0; };
    if (const auto share = grid.at({size(), size(), size()})) {
      RC_ASSERT(least - 1e-12 <= *share);
      RC_ASSERT(*share <= greatest + 1e-12);
    }
  }));
}

}  // namespace
}  // namespace offtake::perf
