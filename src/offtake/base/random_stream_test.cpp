#include "offtake/base/random_stream.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <cstdint>

namespace offtake {

using Words = std::array<std::uint32_t, 4>;

TEST_CASE("philox gives the vectors published with it") {
  // Random123, known-answer file, "philox4x32 10".
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("the normal quantile agrees with printed tables") {
  // Abramowitz and Stegun, table 26.5 and 26.6.
  CHECK(normal_quantile(0.5) == 0.0);
  CHECK(normal_quantile(0.975) == doctest::Approx(1.959963984540054).epsilon(1e-14));
  CHECK(normal_quantile(0.9) == doctest::Approx(1.2815515655446004).epsilon(1e-14));
  CHECK(normal_quantile(1e-10) == doctest::Approx(-6.361340902404056).epsilon(1e-13));
}

TEST_CASE("the normal quantile inverts the normal distribution") {
  CHECK(rc::check([] {
    const double x = *rc::gen::inRange(-6000, 6000) / 1000.0;
    const double probability = 0.5 * std::erfc(-x / std::sqrt(2.0));
    RC_ASSERT(std::abs(normal_quantile(probability) - x) < 1e-6);
  }));
}

TEST_CASE("a stream is a function of seed, purpose and scenario") {
  RandomStream first(7, "demand", 3);
  RandomStream again(7, "demand", 3);
  RandomStream other_purpose(7, "price", 3);
  RandomStream other_scenario(7, "demand", 4);
  RandomStream other_seed(8, "demand", 3);
  const std::uint64_t word = first.word();
  CHECK(again.word() == word);
  CHECK(other_purpose.word() != word);
  CHECK(other_scenario.word() != word);
  CHECK(other_seed.word() != word);
}

TEST_CASE("draws have the mean and variance of their distribution") {
  // 1e5 draws: the standard error of a mean of unit variance is 0.0032; five of them are allowed.
  constexpr int kDraws = 100'000;
  RandomStream stream(1, "moments", 0);
  double uniform = 0.0, normal = 0.0, normal_squared = 0.0, exponential = 0.0, chance = 0.0;
  for (int draw = 0; draw < kDraws; ++draw) {
    uniform += stream.uniform();
    const double z = stream.normal();
    normal += z;
    normal_squared += z * z;
    exponential += stream.exponential();
    chance += stream.chance(0.3) ? 1.0 : 0.0;
  }
  CHECK(std::abs(uniform / kDraws - 0.5) < 0.005);
  CHECK(std::abs(normal / kDraws) < 0.016);
  CHECK(std::abs(normal_squared / kDraws - 1.0) < 0.023);
  CHECK(std::abs(exponential / kDraws - 1.0) < 0.016);
  CHECK(std::abs(chance / kDraws - 0.3) < 0.008);
}

TEST_CASE("a draw below a bound stays below it and reaches every value") {
  RandomStream stream(1, "below", 0);
  std::array<int, 5> seen{};
  for (int draw = 0; draw < 1000; ++draw) ++seen.at(stream.below(5));
  for (const int count : seen) CHECK(count > 100);
}

}  // namespace offtake
