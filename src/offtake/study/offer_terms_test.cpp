#include <doctest/doctest.h>

#include <cmath>

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

double cost(const book::Book& book) {
  const BuyDecision answer = decide_purchases(
      book, {}, {.assumptions = {.start_delays = {0}}, .gap = 1e-8, .explain = false});
  return answer.expected.in(1.0_USD);
}

}  // namespace

TEST_CASE("an offer costs its price less the discount that its buyer has") {
  // 1,000 chips at .5 less a tenth: 8,760 x 450.
  book::Book book = thousand_chips(1);
  book.suppliers = {{.name = "Cloud", .discount_negotiated = 0.1}};
  book.offers = {small::offer("deal", 0.5_USD_per_chip_h)};
  CHECK(cost(book) == doctest::Approx(kYear * 450.0));
}

TEST_CASE("an offer at a late site starts late, and until then the market serves") {
  // Three months late: 3 at 1 and 9 at .5.
  book::Book book = thousand_chips(1);
  book.offers = {small::offer("deal", 0.5_USD_per_chip_h)};
  book.offers[0].site = "campus";
  book.sites = {{.name = "campus", .supplier = "Cloud", .power = 1.0_GW}};
  book.slip = {.low = 3.0, .mode = 3.0, .high = 3.0};
  CHECK(cost(book) == doctest::Approx(kYear * 1000.0 * (0.25 * 1.0 + 0.75 * 0.5)));
}

TEST_CASE("of an exclusive group one member is signed, of another group all may be") {
  // 500 chips at .5 and 500 at .6. One: 250 + 500 from the market; both: 250 + 300.
  book::Book book = thousand_chips(1);
  book.offers = {small::offer("a", 0.5_USD_per_chip_h), small::offer("b", 0.6_USD_per_chip_h)};
  for (contract::Offer& offer : book.offers) {
    offer.group = "tiers";
    offer.quantity_max = 500.0_chips;
  }
  book.groups = {{.name = "tiers", .exclusive = true}};
  CHECK(cost(book) == doctest::Approx(kYear * 750.0));
  book.groups[0].exclusive = false;
  CHECK(cost(book) == doctest::Approx(kYear * 550.0));
}

TEST_CASE("an expansion is delivered over the twelve months after its exercise") {
  // 100 chips at .5 for two years, 900 more from January 2027, half of them there on average in
  // that year: 2 x 50 + 900 + 450 x .5 + 450.
  book::Book book = thousand_chips(2);
  book.offers = {small::offer("first", 0.5_USD_per_chip_h)};
  book.offers[0].quantity_max = 100.0_chips;
  book.offers[0].option = contract::ExpansionOption{
      .quantity = 900.0_chips, .exercise_by = Month(2027, 1), .price = 0.5_USD_per_chip_h};
  CHECK(cost(book) == doctest::Approx(kYear * (100.0 + 900.0 + 225.0 + 450.0)));
}

TEST_CASE("lots are taken whole") {
  // 100 chips are needed, lots of 64. At .5 two lots cost 64, one and the market 32 + 36 = 68; at
  // .6 two cost 76.8, one and the market 38.4 + 36 = 74.4.
  book::Book book = thousand_chips(1);
  book.demand = {small::research("research", 100.0)};
  book.offers = {small::offer("lots", 0.5_USD_per_chip_h)};
  book.offers[0].lot = 64.0_chips;
  book.offers[0].quantity_max = 640.0_chips;
  CHECK(cost(book) == doctest::Approx(kYear * 64.0));
  book.offers[0].price = 0.6_USD_per_chip_h;
  CHECK(cost(book) == doctest::Approx(kYear * 74.4));
}

TEST_CASE("a tranche of an option held brings the chips that its power feeds") {
  // 1 MW at 2 kW a chip feeds 500 chips that do the work of 1,000; at 1 USD/h they cost half of the
  // market. Delivered over 2026, half on average: 500 + 500 x .5, then 1,000 x .5.
  book::Book book = thousand_chips(2);
  book.chip_equivalents = {{.system = "new", .reference_chips = 2.0, .site_power = 2.0_kW}};
  book.options_held = {{.name = "tranche",
                        .supplier = "Maker",
                        .system = "new",
                        .tranche = 0.001_GW,
                        .earliest = Month(2026, 1),
                        .price = 1.0_USD_per_chip_h}};
  CHECK(cost(book) == doctest::Approx(kYear * (500.0 + 250.0 + 500.0)));
}

TEST_CASE("the same offer may start a year later, but is signed once") {
  // 60 chips for a year at .5, in the first year or the second: one saving of 30.
  book::Book book = thousand_chips(2);
  book.offers = {small::offer("year", 0.5_USD_per_chip_h)};
  book.offers[0].term = 1.0_years;
  book.offers[0].quantity_max = 60.0_chips;
  const BuyDecision answer =
      decide_purchases(book, {}, {.assumptions = {.start_delays = {0, 12}}, .gap = 1e-8});
  CHECK(answer.expected.in(1.0_USD) == doctest::Approx(kYear * (2000.0 - 30.0)));
}

TEST_CASE("chips by the hour follow the price path of their kind") {
  // Half as dear each year: the integral of .5^t over two years is .75 / ln 2 = 1.08202.
  book::Book book = thousand_chips(2);
  book.later_market.reset();
  book.price_paths.on_demand_same_chip = 0.5;
  book.offers = {small::offer("by the hour", 1.0_USD_per_chip_h)};
  book.offers[0].kind = contract::OfferKind::kOnDemand;
  CHECK(cost(book) == doctest::Approx(kYear * 1000.0 * 1.08202).epsilon(1e-3));
}

TEST_CASE("tokens may be bought ready-made up to the allowed share") {
  // A chip does 1,000 tok/s; at .1 USD/Mtok they cost .36 dollars an hour. 100,000 tok/s, a fifth
  // of them from the vendor: 80 x 1 + 20 x .36.
  book::Book book = thousand_chips(1);
  book.demand = {{.name = "serving",
                  .work = demand::Serving{.tokens = TokenRate::in_base_units(1e5)},
                  .revenue = demand::TokenRevenue{.start = TokenPrice::in_base_units(0.0)},
                  .unmet = demand::UnmetTokens{.price = TokenPrice::in_base_units(1e-5)}}};
  book.outside_option = contract::OutsideOption{
      .name = "vendor", .price = TokenPrice::in_base_units(1e-7), .allowed_share = 0.2};
  CHECK(cost(book) == doctest::Approx(kYear * (80.0 + 20.0 * 0.36)));
}

TEST_CASE("whole lots do not exceed an offer's size") {
  // Of 100 chips in lots of 64 one lot fits: 8,760 x (64 x .5 + 36 x 1) =
  // 595,680 dollars.
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 100.0)};
  book.later_market = small::open_market();
  book.offers = {small::offer("lots", 0.5_USD_per_chip_h)};
  book.offers[0].lot = 64.0_chips;
  book.offers[0].quantity_max = 100.0_chips;
  CHECK(cost(book) == doctest::Approx(8760.0 * (64.0 * 0.5 + 36.0)));
}

TEST_CASE(
    "chips that are refreshed do more work for the same price, whatever "
    "the minimum take") {
  // 1,000 chips' work for two years; an offer at half the market's price whose
  // chips are replaced by ones that do 1.25 times as much a year. Month m takes
  // 1,000 / 1.25^(m / 12) chips at 365 dollars: 365 x 1,000 x sum of 1.25^(-m /
  // 12) over 24 months = 365,000 x 19.54 = 7.13M dollars. Nothing is due
  // unused, so only use is paid. (With the whole due, the plan signs fewer
  // chips for the same.)
  double sum = 0.0;
  for (int m = 0; m < 24; ++m) sum += std::pow(1.25, -m / 12.0);
  book::Book book = small::empty_book(2);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.price_paths.price_performance_new = 1.25;
  book.readings.offers_refreshed = true;
  book.offers = {small::offer("deal", 0.5_USD_per_chip_h, 0.0)};
  const BuyDecision answer =
      decide_purchases(book, {}, {.assumptions = {.start_delays = {0}}, .gap = 1e-8});
  CHECK(answer.expected.in(1.0_USD) == doctest::Approx(365e3 * sum).epsilon(0.01));
}
