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

TEST_CASE("over many small blocks an event has its probability, whatever the middles are") {
  // Middles of two strips are 0.25 and 0.75: an event of 0.4 would happen in half of all paths. The
  // lower strip holds it in 0.4 / 0.5 of the blocks: standard error 0.5 * 0.4 / sqrt(5000) = 0.003.
  const auto levels = levels_in_blocks(3, "event", 10'000, 2);
  const auto happened = std::ranges::count_if(levels, [](double level) { return level < 0.4; });
  CHECK(static_cast<double>(happened) / 10'000.0 == doctest::Approx(0.4).epsilon(0.02));
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
