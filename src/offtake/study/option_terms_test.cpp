#include <doctest/doctest.h>

#include <string>

#include "offtake/study/buy_decision.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

constexpr double kYear = 8760.0;  ///< Hours, and dollars of a chip at 1 USD an hour.

double cost(const book::Book& book) {
  const BuyDecision answer = decide_purchases(
      book, {}, {.assumptions = {.start_delays = {0}}, .gap = 1e-8, .explain = false});
  return answer.expected.in(1.0_USD);
}

/// 1,000 chips of work for two years, which the market serves at 1 USD an hour, and the right to
/// take 1 MW from the start, 500 chips that do the work of 1,000 at 1 USD an hour, delivered over a
/// year.
book::Book option_book() {
  book::Book book = small::empty_book(2);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.chip_equivalents = {{.system = "gpu", .reference_chips = 1.0, .site_power = 1.0_kW},
                           {.system = "new", .reference_chips = 2.0, .site_power = 2.0_kW}};
  book.options_held = {{.name = "tranche",
                        .supplier = "Maker",
                        .system = "new",
                        .tranche = 0.001_GW,
                        .earliest = Month(2026, 1),
                        .latest = Month(2026, 1),
                        .price = 1.0_USD_per_chip_h}};
  return book;
}

/// Of the first year half is delivered: 500 from the market and 250 for the option, then 500.
constexpr double kTaken = kYear * (500.0 + 250.0 + 500.0);

}  // namespace

TEST_CASE("an option priced by power costs its power and does its chips' work") {
  // 8.76M dollars a GW-year: 8,760 a year for 1 MW; as much work a watt as the reference chip,
  // 1,000 chips of it. First half of it is there: 500 from the market and half of the bill.
  book::Book book = option_book();
  book.options_held[0].price = 8.76e6 * 1.0_USD / (1.0_GW * 1.0_years);
  CHECK(cost(book) == doctest::Approx(kYear * 500.0 + 1.5 * 8760.0));
  // At .7 of the work a watt 300 chips more come from the market when all is there.
  book.options_held[0].relative_throughput_per_power = 0.7;
  CHECK(cost(book) == doctest::Approx(kYear * (650.0 + 300.0) + 1.5 * 8760.0));
}

TEST_CASE("an option on a chip that may not work is paid all the same") {
  // At .1 a chip-hour: 75 a chip-hour in all, and the market for all of the work in half of the
  // worlds: 500 for what is not delivered in the other half.
  book::Book book = option_book();
  book.risk.scenarios = 2;
  book.options_held[0].success = 0.5;
  book.options_held[0].price = 0.1_USD_per_chip_h;
  CHECK(cost(book) == doctest::Approx(kYear * (75.0 + 0.5 * 2000.0 + 0.5 * 500.0)));
}

TEST_CASE("shares that vest with a tranche count against its cost") {
  // A million shares a GW at 100 dollars: 100,000 dollars for 1 MW.
  book::Book book = option_book();
  book.options_held[0].warrant = "shares";
  book.capital.warrants = {
      {.name = "shares", .issuer = "Maker", .price_now = 100.0_USD, .shares_per_gw = 1e6}};
  CHECK(cost(book) == doctest::Approx(kTaken - 1e5));
}

TEST_CASE("equity that is paid with a tranche comes with it only") {
  // 10.95M dollars to pay with the option, 10M in hand; the maker puts in .5M: .45M of emergency
  // equity at a quarter are left.
  book::Book book = option_book();
  book.options_held[0].equity = "maker's money";
  book.capital.cash = 10e6 * 1.0_USD;
  book.capital.emergency.price = 0.25;
  book.capital.equity_value = 1e9 * 1.0_USD;
  book.capital.equity = {
      {.name = "maker's money", .option_held = "tranche", .tranche_amount = 5e5 * 1.0_USD}};
  CHECK(cost(book) == doctest::Approx(kTaken + 0.25 * (kTaken - 10.5e6)));
  // Without the option 17.52M are to pay and nobody pays in.
  book.options_held[0].earliest = Month(2028, 6);
  CHECK(cost(book) == doctest::Approx(17.52e6 + 0.25 * 7.52e6));
}

TEST_CASE("debt may be a multiple of the revenue of the last twelve months") {
  // 8.76M of compute and 2M of other costs a year against 10M of revenue: .19M are missing each
  // quarter, 1.52M in all. Debt may reach .1 x 10M, so .52M are raised dear, and first of all,
  // since the sooner they come the less debt is carried: 0, 0, .05, .24, .43, .62, .81, 1, in
  // sum 3.15 quarters of a million at 1% a year.
  book::Book book = option_book();
  book.options_held.clear();
  book.revenue_timing.other = {.start = 10e6 * 1.0_USD / 1.0_years};
  book.costs.opex = {{2026, 2e6 * 1.0_USD}, {2027, 2e6 * 1.0_USD}};
  book.capital.emergency.price = 0.25;
  book.capital.debt = {{.name = "loan",
                        .limit = 5e6 * 1.0_USD,
                        .covenant = contract::Covenant{.debt_to_trailing_revenue_max = 0.1}}};
  const double net = 17.52e6 + 4e6 - 20e6;
  CHECK(cost(book) == doctest::Approx(net + 0.01 * 3.15e6 / 4.0 + 0.25 * 0.52e6));
}
