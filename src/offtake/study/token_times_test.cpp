#include "offtake/study/token_times.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;

TEST_CASE("by hand: whole numbers up to 256 are in the table, between two others it is a line") {
  const TokenTimes squares([](double tokens) { return tokens * tokens * 1.0_us; });
  for (int tokens = 1; tokens <= 256; ++tokens) {
    CHECK(squares.at(tokens).in(1.0_us) == doctest::Approx(tokens * tokens).epsilon(1e-14));
  }
  // Above 256 steps are of two tokens: 257 is half-way between 256^2 and 258^2.
  CHECK(squares.at(257.0).in(1.0_us) == doctest::Approx((65536.0 + 66564.0) / 2).epsilon(1e-14));
}

TEST_CASE("law: a straight line is exact everywhere") {
  CHECK(rc::check([] {
    const TokenTimes line([](double tokens) { return 3.0_us + tokens * 2.0_us; });
    const double tokens = 1.0 + *rc::gen::inRange(0, 4'000'000) + *rc::gen::inRange(0, 100) / 100.0;
    RC_ASSERT(std::abs(line.at(tokens).in(1.0_us) / (3.0 + tokens * 2.0) - 1.0) < 1e-12);
  }));
}

TEST_CASE("law: a knee is off by no more than a part of one step, and order is kept") {
  // In the middle of a step of 1/128 of the time, a line is above the knee by a quarter of it.
  const TokenTimes knee([](double tokens) { return std::max(300.7, tokens) * 1.0_us; });
  CHECK(rc::check([&] {
    const double tokens = 1.0 + *rc::gen::inRange(0, 100'000) / 100.0;
    RC_ASSERT(std::abs(knee.at(tokens).in(1.0_us) / std::max(300.7, tokens) - 1.0) < 1.0 / 512.0);
    RC_ASSERT(knee.at(tokens) <= knee.at(tokens + 0.01) + 1e-9 * 1.0_us);
  }));
}

}  // namespace offtake::study
