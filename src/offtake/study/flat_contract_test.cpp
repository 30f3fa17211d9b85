#include <doctest/doctest.h>

#include "offtake/study/buy_decision.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

TEST_CASE(
    "a flat contract of five years pays below the mean of a market that falls a fifth a year") {
  // The market's price falls as 1.25^-t, sums are discounted at 12%: over five years the mean is
  //   (1 - e^(-5 a)) / a over (1 - e^(-5 b)) / b,  a = ln 1.25 + ln 1.12 = .33647, b = ln 1.12,
  // = 2.4194 / 3.8170 = .6339 of today's price.
  book::Book book = small::empty_book(5);
  book.discount_rate = 0.12;
  book.price_paths.price_performance_new = 1.25;
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.offers = {small::offer("flat", 1.0_USD_per_chip_h)};
  const BuyDecisionSettings settings{.assumptions = {.start_delays = {0}}, .gap = 1e-7};
  const BuyDecision dear = decide_purchases(book, {}, settings);
  CHECK(dear.decisions[0].verdict == Verdict::kDecline);
  REQUIRE(dear.decisions[0].break_even.has_value());
  CHECK(dear.decisions[0].break_even->in(1.0_USD_per_chip_h) ==
        doctest::Approx(0.6339).epsilon(0.001));
  book.offers[0].price = 0.62_USD_per_chip_h;
  CHECK(decide_purchases(book, {}, settings).decisions[0].verdict == Verdict::kSign);
}
