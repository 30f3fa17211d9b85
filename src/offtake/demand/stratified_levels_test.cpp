#include "offtake/demand/stratified_levels.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

namespace offtake::demand {

TEST_CASE("each strip holds one level, in an order of its own for each purpose") {
  std::vector<double> levels = stratified_levels(1, "port/trn3", 4);
  CHECK(levels != stratified_levels(1, "port/mi450", 4));
  std::ranges::sort(levels);
  CHECK(levels == std::vector<double>{0.125, 0.375, 0.625, 0.875});
}

TEST_CASE(
    "of paths in blocks the first block is the stratified scenarios, and each has its share") {
  const auto levels = levels_in_blocks(3, "event", 250, 100);
  const auto first = stratified_levels(3, "event", 100);
  CHECK(std::vector<double>(levels.begin(), levels.begin() + 100) == first);
  CHECK(std::vector<double>(levels.begin() + 100, levels.begin() + 200) != first);
  CHECK(std::count_if(levels.begin() + 100, levels.begin() + 200,
                      [](double level) { return level < 0.3; }) == 30);
}

TEST_CASE("an event happens in its share of the scenarios, to within a half") {
  CHECK(rc::check([] {
    const int count = *rc::gen::inRange(1, 200);
    const double probability = *rc::gen::inRange(0, 101) / 100.0;
    const auto levels = stratified_levels(9, "event", count);
    const auto happened =
        std::ranges::count_if(levels, [&](double level) { return level < probability; });
    RC_ASSERT(std::abs(static_cast<double>(happened) - probability * count) <= 0.5 + 1e-9);
  }));
}

}  // namespace offtake::demand
