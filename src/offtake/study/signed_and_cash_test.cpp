#include <doctest/doctest.h>

#include "offtake/study/buy_decision.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

constexpr double kYear = 8760.0;  ///< Hours, and dollars of a chip at 1 USD an hour.

/// 1,000 chips of work, which the market serves at 1 USD an hour.
book::Book thousand_chips(int years) {
  book::Book book = small::empty_book(years);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  return book;
}

/// 876,000 dollars in the year, at 1 USD a chip and hour.
contract::Contract signed_contract(int year) {
  return {.name = "signed",
          .supplier = "Cloud",
          .system = "gpu",
          .price = 1.0_USD_per_chip_h,
          .pay = {{year, kYear * 100.0 * 1.0_USD}}};
}

double cost(const book::Book& book) {
  const BuyDecision answer = decide_purchases(
      book, {}, {.assumptions = {.start_delays = {0}}, .gap = 1e-8, .explain = false});
  return answer.expected.in(1.0_USD);
}

}  // namespace

TEST_CASE(
    "a signed contract brings chips of its system, which do no work before their port is made") {
  // 876,000 dollars buy 100 chips that do the work of two. Without a port: 100 + 800 from the
  // market. With one that takes half a year and costs 1,000 dollars: 200 less for half a year only.
  book::Book book = thousand_chips(1);
  book.chip_equivalents = {{.system = "new", .reference_chips = 2.0}};
  book.contracts = {signed_contract(2026)};
  book.contracts[0].system = "new";
  CHECK(cost(book) == doctest::Approx(kYear * (100.0 + 800.0)));
  book.contracts[0].port = contract::Port{.cost = 1000.0_USD, .time = 6.0_months};
  CHECK(cost(book) == doctest::Approx(kYear * (100.0 + 900.0) + 1000.0));
}

TEST_CASE("a late site moves a contract's chips, and its bill if it says so") {
  // 100 chips from 2027 come three months late; the market is twice as dear. Twelve months without
  // them, three more, nine with them.
  book::Book book = thousand_chips(2);
  book.later_market = small::open_market(1.0);
  book.contracts = {signed_contract(2027)};
  book.contracts[0].sites = {"campus"};
  book.sites = {{.name = "campus", .supplier = "Cloud", .power = 1.0_GW}};
  book.slip = {.low = 3.0, .mode = 3.0, .high = 3.0};
  const double market = 2.0 * (15.0 * 1000.0 + 9.0 * 900.0);
  CHECK(cost(book) == doctest::Approx(730.0 * (market + 9.0 * 100.0)));
  book.contracts[0].late_site_defers_bill = false;
  CHECK(cost(book) == doctest::Approx(730.0 * (market + 12.0 * 100.0)));
}

TEST_CASE("a supplier's share is of all dollars that the year takes") {
  // 2,000 chips; 500 are signed at 1 with another. Cloud offers any number c at .5, but may have
  // half of the year's dollars: .5 c <= .5 (500 + .5 c + 1,500 - c), c = 1,333.3; 166.7 are left to
  // the market: 500 + 666.7 + 166.7.
  book::Book book = thousand_chips(1);
  book.demand = {small::research("research", 2000.0)};
  book.contracts = {signed_contract(2026)};
  book.contracts[0].supplier = "other";
  book.contracts[0].pay = {{2026, kYear * 500.0 * 1.0_USD}};
  book.suppliers = {{.name = "Cloud", .share_max = 0.5}};
  book.offers = {small::offer("deal", 0.5_USD_per_chip_h)};
  CHECK(cost(book) == doctest::Approx(kYear * 4000.0 / 3.0));
}

TEST_CASE("a supplier's share binds where nothing is signed yet") {
  // 1,000 chips; Cloud asks .5, Other .6, and Cloud may have 60% of the dollars: .5 c <= .6 (.5 c +
  // .6 o), c = 1.8 o = 642.86: 8,760 x (.5 c + .6 o) = 4.69286M.
  book::Book book = thousand_chips(1);
  book.suppliers = {{.name = "Cloud", .share_max = 0.6}};
  book.offers = {small::offer("cheap", 0.5_USD_per_chip_h),
                 small::offer("dear", 0.6_USD_per_chip_h)};
  book.offers[1].supplier = "Other";
  CHECK(cost(book) == doctest::Approx(4.69286e6).epsilon(1e-4));
}

TEST_CASE("where limits bind everything, a share that is signed must come down") {
  // 600 of 1,000 chips are signed with Cloud, which may have half: 60% of the year's dollars. Other
  // asks 1.5: with o of its chips 600 <= .5 (600 + 400 - o + 1.5 o) needs all 400: 600 + 600. By
  // itself the market cannot bring the share down, so no plan satisfies the limit; nor need one
  // where limits bind only what is newly signed.
  book::Book book = thousand_chips(1);
  book.contracts = {signed_contract(2026)};
  book.contracts[0].pay = {{2026, kYear * 600.0 * 1.0_USD}};
  book.suppliers = {{.name = "Cloud", .share_max = 0.5}};
  CHECK(cost(book) == doctest::Approx(kYear * 1000.0));
  book.readings.share_limits = book::ShareLimits::kEverything;
  CHECK(decide_purchases(book, {}, {.explain = false}).status == lp::Status::kInfeasible);
  book.offers = {small::offer("other", 1.5_USD_per_chip_h)};
  book.offers[0].supplier = "Other";
  CHECK(cost(book) == doctest::Approx(kYear * 1200.0));
  book.readings.share_limits = book::ShareLimits::kNewSigning;
  CHECK(cost(book) == doctest::Approx(kYear * 1000.0));
}

TEST_CASE("debt is drawn before emergency equity, at its spread") {
  // 8.76M of compute on 8M of cash: .76M are missing in the last quarter. A line of 1M at a spread
  // of 1% a year costs a quarter of .0076M; one of .5M leaves .26M to emergency equity at .25.
  book::Book book = thousand_chips(1);
  book.capital.cash = 8e6 * 1.0_USD;
  book.capital.emergency.price = 0.25;
  book.capital.debt = {{.name = "line", .limit = 1e6 * 1.0_USD}};
  CHECK(cost(book) == doctest::Approx(8.76e6 + 0.76e6 * 0.01 / 4.0));
  book.capital.debt[0].limit = 0.5e6 * 1.0_USD;
  CHECK(cost(book) == doctest::Approx(8.76e6 + 0.5e6 * 0.01 / 4.0 + 0.26e6 * 0.25));
}

TEST_CASE("shares are not sold below their worth while cash is not short") {
  // 10M are earned and 8.76M spent; an investor offers 5M for shares worth 10M.
  book::Book book = thousand_chips(1);
  book.revenue_timing.other = {.start = 1e7 * 1.0_USD / 1.0_years};
  book.capital.equity_value = 1e9 * 1.0_USD;
  book.capital.emergency.price = 3.0;
  book.capital.equity = {{.name = "investor", .amount = 5e6 * 1.0_USD, .valuation = 5e8 * 1.0_USD}};
  CHECK(cost(book) == doctest::Approx(8.76e6 - 1e7));
}

TEST_CASE(
    "shares sold below their worth cost the difference where they are cheaper than an emergency") {
  // Nothing in hand, 8.76M to pay, earned when all is paid: 5M of shares at half their worth cost
  // 5M more; an emergency costs three times what it brings. 8.76 + 5 + 3 x 3.76.
  book::Book book = thousand_chips(1);
  book.revenue_timing.other = {.start = 1e-3 * 1.0_USD / 1.0_years};
  book.capital.equity_value = 1e9 * 1.0_USD;
  book.capital.emergency.price = 3.0;
  book.capital.equity = {{.name = "investor", .amount = 5e6 * 1.0_USD, .valuation = 5e8 * 1.0_USD}};
  CHECK(cost(book) == doctest::Approx(8.76e6 + 5e6 + 3.0 * 3.76e6));
}

TEST_CASE("a signed contract's second chip delivers its share of the dollars") {
  // 876,000 dollars a year at 1 USD/h: 100 chips of x, which do the work of
  // two, and from July half of the dollars buy y, which do the work of three:
  // 200 in the first half, 100 + 150 in the second. 8,760 x (100 + .5 x 800 +
  // .5 x 750) = 7.665M dollars.
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.chip_equivalents = {{.system = "x", .reference_chips = 2.0},
                           {.system = "y", .reference_chips = 3.0}};
  book.contracts = {
      {.name = "signed",
       .supplier = "Cloud",
       .system = "x",
       .price = 1.0_USD_per_chip_h,
       .pay = {{2026, 876e3 * 1.0_USD}},
       .next_system = contract::NextSystem{
           .system = "y", .from = Month(2026, 7), .share = 0.5, .price = 1.0_USD_per_chip_h}}};
  CHECK(cost(book) == doctest::Approx(7.665e6));
}

TEST_CASE("debt drawn before the start fills its line") {
  // 8.76M dollars of compute, 8M of cash, a line of 1M that is drawn already:
  // .76M are missing in the last quarter and come from emergency equity at a
  // quarter: 8.95M. (Were the line free, its spread of 1% for a quarter would
  // be all: 8.762M.)
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.capital.cash = 8e6 * 1.0_USD;
  book.capital.emergency.price = 0.25;
  book.capital.debt = {{.name = "line", .limit = 1e6 * 1.0_USD, .drawn = 1e6 * 1.0_USD}};
  CHECK(cost(book) == doctest::Approx(8.95e6).epsilon(0.002));
}

TEST_CASE("equity tied to an offer that cannot be signed does not come") {
  // 8.76M dollars to pay, 5M in hand; 4M of equity come only with a deal that
  // starts after the horizon, so 3.76M come from emergency equity at a
  // quarter: 9.70M.
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.offers = {small::offer("deal", 0.5_USD_per_chip_h)};
  book.offers[0].start = Month(2030, 1);
  book.capital.cash = 5e6 * 1.0_USD;
  book.capital.emergency.price = 0.25;
  book.capital.equity_value = 1e9 * 1.0_USD;
  book.capital.equity = {{.name = "investor", .amount = 4e6 * 1.0_USD, .tied_to = {"deal"}}};
  const BuyDecision answer = decide_purchases(book, {}, {.gap = 1e-8, .explain = false});
  CHECK(answer.expected.in(1.0_USD) == doctest::Approx(9.70e6));
}
