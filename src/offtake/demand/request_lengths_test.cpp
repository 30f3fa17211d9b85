#include "offtake/demand/request_lengths.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace offtake::demand {
namespace {

struct Moments {
  double mean = 0.0;
  double cv = 0.0;
};

Moments moments(const LengthDistribution& distribution, std::uint64_t seed, int draws) {
  RandomStream stream(seed, "moments", 0);
  double sum = 0.0, squares = 0.0;
  for (int draw = 0; draw < draws; ++draw) {
    const double tokens = draw_length(distribution, stream);
    sum += tokens;
    squares += tokens * tokens;
  }
  const double mean = sum / draws;
  return {mean, std::sqrt(squares / draws - mean * mean) / mean};
}

}  // namespace

TEST_CASE("fixed lengths and a lognormal one without deviation are always the same") {
  DrawnLengths fixed(IndependentLengths{FixedLength{300}, LognormalLength{20.0, 0.0}}, 1);
  for (int draw = 0; draw < 10; ++draw) {
    const auto request = fixed.next();
    CHECK(request->input == 300);
    CHECK(request->output == 20);
    CHECK(request->arrival == SimTime{0});
  }
}

TEST_CASE("an empirical length is one of those between two entries, each alike") {
  // A quarter is 1 or 2, three quarters 3, 4 or 5: an eighth each and a quarter each.
  const EmpiricalLength lengths{{{2, 0.25}, {5, 1.0}}};
  RandomStream stream(1, "empirical", 0);
  constexpr int kDraws = 80'000;
  std::array<int, 6> seen{};
  for (int draw = 0; draw < kDraws; ++draw) ++seen.at(draw_length(lengths, stream));
  CHECK(seen[0] == 0);
  // Five standard errors of a share of 1/8 and of 1/4 in 80,000 draws: 0.0058 and 0.0077.
  for (const int tokens : {1, 2}) CHECK(std::abs(seen.at(tokens) / 8e4 - 0.125) < 0.0058);
  for (const int tokens : {3, 4, 5}) CHECK(std::abs(seen.at(tokens) / 8e4 - 0.25) < 0.0077);
}

TEST_CASE("a split length keeps its total, with a token on either side") {
  CHECK(rc::check([] {
    const int total = *rc::gen::inRange(2, 5000);
    const double share = *rc::gen::inRange(0, 101) / 100.0;
    DrawnLengths lengths(SplitLength{FixedLength{total}, share}, 1);
    const auto request = lengths.next();
    RC_ASSERT(request->input + request->output == total);
    RC_ASSERT(request->input >= 1 && request->output >= 1);
    RC_ASSERT(std::abs(request->input - share * total) <= 1.0);
  }));
}

TEST_CASE("lognormal lengths have the mean and the deviation asked for") {
  CHECK(rc::check([] {
    const double mean = *rc::gen::inRange(100, 20'000);
    const double cv = *rc::gen::inRange(5, 100) / 100.0;
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    constexpr int kDraws = 20'000;
    const Moments found = moments(LognormalLength{mean, cv}, seed, kDraws);
    // Five standard errors of the mean. That of the deviation follows from the fourth moment of a
    // lognormal, whose kurtosis at cv 1 is 41 (w^4 + 2 w^3 + 3 w^2 - 3 with w = 1 + cv^2 = 2):
    // sqrt((41 - 1) / 20,000) / 2 = 0.022 of it; the tail is skewed, so eight of them are allowed.
    RC_ASSERT(std::abs(found.mean / mean - 1.0) < 5.0 * cv / std::sqrt(kDraws));
    RC_ASSERT(std::abs(found.cv / cv - 1.0) < 0.18);
  }));
}

TEST_CASE("lengths drawn from the table of LMSYS have its published shares") {
  const EmpiricalLength table = lmsys_total_length();
  RandomStream stream(1, "lmsys", 0);
  constexpr int kDraws = 100'000;
  int to_64 = 0, to_1024 = 0, to_4096 = 0, largest = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    const std::int32_t tokens = draw_length(table, stream);
    to_64 += tokens <= 64 ? 1 : 0;
    to_1024 += tokens <= 1024 ? 1 : 0;
    to_4096 += tokens <= 4096 ? 1 : 0;
    largest = std::max(largest, tokens);
  }
  // Five standard errors: sqrt(p (1 - p) / 100,000) is at most 0.0012.
  CHECK(std::abs(to_64 / 1e5 - 0.1314) < 0.006);
  CHECK(std::abs(to_1024 / 1e5 - 0.8307) < 0.006);
  CHECK(std::abs(to_4096 / 1e5 - 0.9837) < 0.002);
  CHECK(largest <= 65536);
  CHECK(largest > 8192);
}

TEST_CASE("the same seed draws the same lengths and another seed others") {
  const RequestLengths lengths =
      IndependentLengths{LognormalLength{500.0, 1.0}, LognormalLength{100.0, 1.0}};
  DrawnLengths one(lengths, 7), same(lengths, 7), other(lengths, 8);
  int differ = 0;
  for (int draw = 0; draw < 100; ++draw) {
    const auto request = one.next();
    const auto again = same.next();
    CHECK(request->input == again->input);
    CHECK(request->output == again->output);
    differ += request->input != other.next()->input ? 1 : 0;
  }
  CHECK(differ > 90);
}

}  // namespace offtake::demand
