#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "offtake/study/buy_decision.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

/// 100 chips at half of the market's price from April 2026, delivered over four months, each lot
/// for a year, four fifths due used or not.
book::Book book_with_contract(int years) {
  book::Book book = small::empty_book(years);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  contract::Offer offer = small::offer("deal", 0.5_USD_per_chip_h, 0.8);
  offer.quantity_max = 100.0_chips;
  offer.start = Month(2026, 4);
  offer.ramp_months = 4;
  offer.term = 1.0_years;
  book.offers = {offer};
  return book;
}

BuyDecision decided(const book::Book& book) {
  return decide_purchases(book, {}, {.assumptions = {.start_delays = {0}}, .gap = 1e-8});
}

constexpr double kMonth = 100.0 * 730.0 * 0.5;  ///< Dollars of all 100 chips: 36,500.

}  // namespace

TEST_CASE("a contract's payments follow its ramp up, its term and its ramp down") {
  // Lots arrive evenly from April to July, so April has 1/8 of the chips in the mean, May 3/8, June
  // 5/8, July 7/8; a year later they leave as they came. By quarter, in months of the whole:
  // 0, 1.125, 2.875, 3, 3, 1.875, .125, 0, together 12. All are used: 4/5 are bills, 1/5 extra.
  const BuyDecision answer = decided(book_with_contract(2));
  const auto deal = std::ranges::find(answer.by_period.fleet, "deal", &FleetPart::name);
  REQUIRE(deal != answer.by_period.fleet.end());
  const std::array months = {0.0, 1.125, 2.875, 3.0, 3.0, 1.875, 0.125, 0.0};
  REQUIRE(deal->usd.size() == months.size());
  for (std::size_t t = 0; t < months.size(); ++t) {
    CAPTURE(t);
    CHECK(std::abs(deal->usd[t] - kMonth * months[t]) < 1.0);
    CHECK(std::abs(deal->reference_chips[t] - 100.0 * months[t] / 3.0) < 0.01);
  }
  CHECK(answer.mean_cost.new_bills == doctest::Approx(0.8 * 12.0 * kMonth));
  CHECK(answer.mean_cost.extra_take == doctest::Approx(0.2 * 12.0 * kMonth));
  // What is left of 1,000 chips over two years is bought at 730 dollars a month.
  CHECK(answer.mean_cost.rentals == doctest::Approx((24.0 * 1000.0 - 12.0 * 100.0) * 730.0));
}

TEST_CASE("a minimum take is due where nothing is used") {
  // Half of the worlds need 1,000 chips, the others find that no port works: there 4/5 of 12 months
  // are owed for nothing and all 1,000 chips are bought beside.
  book::Book book = book_with_contract(2);
  book.chip_equivalents = {{.system = "new", .reference_chips = 1.0}};
  book.offers[0].system = "new";
  book.offers[0].price = 0.1_USD_per_chip_h;
  book.offers[0].port = contract::Port{.success = 0.5};
  book.risk.scenarios = 2;
  const BuyDecision answer = decided(book);
  const double month = 100.0 * 730.0 * 0.1;
  CHECK(answer.mean_cost.new_bills == doctest::Approx(0.8 * 12.0 * month));
  CHECK(answer.mean_cost.extra_take == doctest::Approx(0.5 * 0.2 * 12.0 * month));
  CHECK(answer.mean_cost.rentals == doctest::Approx((24.0 * 1000.0 - 0.5 * 12.0 * 100.0) * 730.0));
}

TEST_CASE(
    "what a contract takes after the horizon is told apart from what it "
    "takes before") {
  // To the end of 2026: 1.125 + 2.875 + 3 = 7 months of 12; 5 follow. Only four
  // fifths are owed.
  const BuyDecision answer = decided(book_with_contract(1));
  const auto deal = std::ranges::find(answer.decisions, "deal", &Decision::name);
  REQUIRE(deal != answer.decisions.end());
  CHECK(deal->verdict == Verdict::kSign);
  CHECK(deal->commitment.in(1.0_USD) == doctest::Approx(0.8 * 7.0 * kMonth));
  CHECK(deal->beyond_horizon.in(1.0_USD) == doctest::Approx(0.8 * 5.0 * kMonth));
}
