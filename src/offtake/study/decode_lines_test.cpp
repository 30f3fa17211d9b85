#include "offtake/study/decode_lines.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;

TEST_CASE("by hand: a bend at 100 tokens of each of three sequences") {
  // 10 us and 30 ns a token up to a mean of 100, then 20 ns: of all three, 10 and 6.667 ns a token.
  const std::vector<std::int64_t> knots{1, 100, 1000};
  const DecodeLines lines(3, knots, [](int, double context) {
    return 10.0_us + 30.0_ns * std::min(context, 100.0) + 20.0_ns * std::max(0.0, context - 100.0);
  });
  const serve::DecodeLine low = lines.at(3, 150);
  CHECK(low.fixed == 10'000'000);
  CHECK(low.per_token == 10'000);
  CHECK(low.context_end == 300);
  CHECK(lines.at(3, 299).context_end == 300);
  const serve::DecodeLine high = lines.at(3, 300);
  CHECK(high.at(300) == 13'000'000);
  CHECK(high.per_token == 6'667);
  CHECK(high.context_end == INT64_MAX);
  // One sequence has lines of its own.
  CHECK(lines.at(1, 99).per_token == 30'000);
  CHECK(lines.at(1, 99).context_end == 100);
  CHECK(lines.sequences_max() == 3);
}

TEST_CASE("a time that falls is a level line until it is above it again") {
  const std::vector<std::int64_t> knots{1, 11, 21, 31};
  const DecodeLines lines(1, knots, [](int, double context) {
    return context == 21.0 ? 5.0_us : context == 31.0 ? 20.0_us : 10.0_us;
  });
  CHECK(lines.at(1, 15).per_token == 0);
  CHECK(lines.at(1, 21).at(21) == 10'000'000);
  CHECK(lines.at(1, 30).at(31) == 20'000'000);
}

TEST_CASE("law: lines meet, never fall and are near the time at every knot") {
  CHECK(rc::check([] {
    std::vector<std::int64_t> knots{1};
    std::vector<double> times{1e-3};
    const int count = *rc::gen::inRange(1, 12);
    for (int i = 0; i < count; ++i) {
      knots.push_back(knots.back() + *rc::gen::inRange(1, 5000));
      times.push_back(times.back() + *rc::gen::inRange(0, 1000) * 1e-6);
    }
    const int sequences = *rc::gen::inRange(1, 9);
    const DecodeLines lines(sequences, knots, [&](int of, double context) {
      const auto knot = std::ranges::find(knots, static_cast<std::int64_t>(context));
      return Seconds::in_base_units(of * times[static_cast<std::size_t>(knot - knots.begin())]);
    });
    std::int64_t before = 0;
    std::int64_t longest = 0;
    for (std::size_t i = 0; i < knots.size(); ++i) {
      const std::int64_t context = knots[i] * sequences;
      const serve::DecodeLine line = lines.at(sequences, context);
      RC_ASSERT(line.per_token >= 0);
      RC_ASSERT(line.at(context) >= before);
      RC_ASSERT(lines.at(sequences, context - 1).at(context) == line.at(context));
      if (i > 0) longest = std::max(longest, (knots[i] - knots[i - 1]) * sequences);
      const double off = static_cast<double>(line.at(context)) - sequences * times[i] * 1e12;
      RC_ASSERT(std::abs(off) <= 0.5 * static_cast<double>(longest) + 1.0);
      before = line.at(context);
    }
  }));
}

}  // namespace offtake::study
