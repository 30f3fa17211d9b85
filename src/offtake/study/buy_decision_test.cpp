#include "offtake/study/buy_decision.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "offtake/base/input_error.hpp"
#include "offtake/study/buy_decision_calendar.hpp"
#include "offtake/study/buy_decision_paths.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

/// One year of research that takes 1,000 reference chips; a chip-year costs 1 USD/h x 8,760 h.
book::Book research_book() {
  book::Book book;
  book.name = "research";
  book.horizon = {.start = Month(2026, 1), .years = 1, .months_first = 0};
  book.reference_chip = {.system = "gpu",
                         .tokens = ChipTokenRate::in_base_units(1000.0),
                         .load = 1.0,
                         .price = 1.0_USD_per_chip_h,
                         .flops = 1.0_PFLOP_per_s};
  book.demand_process.volatility_scale = 0.0;
  book.demand = {{.name = "research",
                  .work = demand::ComputeWork{.flops = 500.0_PFLOP_per_s, .mfu = 0.5},
                  .unmet = demand::UnmetSpend{.ratio = 5.0}}};
  book.revenue_timing.scenarios = {{.name = "as planned", .probability = 1.0}};
  book.risk = {.lambda = 0.0, .alpha = 0.5, .scenarios = 2, .seed = 1};
  return book;
}

contract::Contract signed_contract(Dollars a_year) {
  return {.name = "signed",
          .supplier = "Cloud",
          .system = "gpu",
          .commitment = a_year,
          .price = 1.0_USD_per_chip_h,
          .pay = {{2026, a_year}}};
}

contract::LaterMarket open_market() { return {.premium = 1.0, .cap = 1e12 * 1.0_USD / 1.0_years}; }

double in_dollars(Dollars value) { return value.in(1.0_USD); }

}  // namespace

TEST_CASE("one path without offers costs signed bills and the market") {
  // 500 PFLOP/s at half of 1 PFLOP/s a chip are 1,000 chips. 400 of them are signed for
  // 400 x 8,760 = 3.504M USD, 600 bought later at twice the price: 10.512M. No discount.
  book::Book book = research_book();
  book.contracts = {signed_contract(3.504e6 * 1.0_USD)};
  book.later_market = open_market();
  const BuyDecision answer = decide_purchases(book, {}, {});
  REQUIRE(answer.status == lp::Status::kOptimal);
  CHECK(in_dollars(answer.expected) == doctest::Approx(14.016e6));
  CHECK(answer.mean_cost.signed_bills == doctest::Approx(3.504e6));
  CHECK(answer.mean_cost.rentals == doctest::Approx(10.512e6));
  CHECK(answer.by_year[0].need_usd.mean == doctest::Approx(8.76e6));
}

TEST_CASE("an offer below the market is signed for the whole need, and its value is the saving") {
  // 1,000 chips at 1.25 USD/h instead of 2: 10.95M against 17.52M. The plan's gap may be 1e-4 of
  // the latter, 1,752 USD.
  book::Book book = research_book();
  book.later_market = open_market();
  book.offers = {{.name = "deal",
                  .supplier = "Cloud",
                  .system = "gpu",
                  .price = 1.25_USD_per_chip_h,
                  .quantity_max = 5000.0_chips,
                  .start = Month(2026, 1)}};
  book.value_of = {"deal"};
  const BuyDecision answer = decide_purchases(book, {}, {});
  CHECK(in_dollars(answer.expected) == doctest::Approx(10.95e6).epsilon(1.7e-4));
  REQUIRE(answer.value_of.size() == 1);
  CHECK(in_dollars(answer.value_of[0].low) == doctest::Approx(6.57e6).epsilon(1e-3));
  CHECK(answer.value_of[0].resolved);
  const auto deal = std::ranges::find(answer.decisions, "deal", &Decision::name);
  REQUIRE(deal != answer.decisions.end());
  CHECK(deal->verdict == Verdict::kSign);
  CHECK(deal->chips == doctest::Approx(1000.0).epsilon(1e-3));
}

TEST_CASE("an offer above the market is declined at the price that would make it pay") {
  book::Book book = research_book();
  book.later_market = open_market();
  book.offers = {{.name = "deal",
                  .supplier = "Cloud",
                  .system = "gpu",
                  .price = 3.0_USD_per_chip_h,
                  .quantity_max = 5000.0_chips,
                  .start = Month(2026, 1)}};
  const BuyDecision answer = decide_purchases(book, {}, {});
  CHECK(answer.decisions[0].verdict == Verdict::kDecline);
  REQUIRE(answer.decisions[0].break_even.has_value());
  CHECK(answer.decisions[0].break_even->in(1.0_USD_per_chip_h) == doctest::Approx(2.0));
}

TEST_CASE("a port that fails leaves the minimum take due") {
  // A chip at .5 works with 50%: 1,000 chips cost 4.38M in both worlds and 17.52M more where they
  // fail; signing costs 13.14M in the mean against 17.52M at the market.
  book::Book book = research_book();
  book.later_market = open_market();
  book.chip_equivalents = {{.system = "new", .reference_chips = 1.0}};
  book.offers = {{.name = "deal",
                  .supplier = "Cloud",
                  .system = "new",
                  .price = 0.5_USD_per_chip_h,
                  .quantity_max = 5000.0_chips,
                  .start = Month(2026, 1),
                  .port = contract::Port{.success = 0.5}}};
  CHECK(in_dollars(decide_purchases(book, {}, {}).expected) ==
        doctest::Approx(13.14e6).epsilon(1e-3));
}

TEST_CASE("a lot ramps linearly and ends as it came") {
  // From month 0 over 4 months: after the first month 1/4, its mean 1/8; full from month 4; with a
  // term of 12 months the first quarter leaves during month 12.
  CHECK(delivered_share(0.0, 0.0, 4.0, 12.0) == doctest::Approx(0.125));
  CHECK(delivered_share(4.0, 0.0, 4.0, 12.0) == doctest::Approx(1.0));
  CHECK(delivered_share(12.0, 0.0, 4.0, 12.0) == doctest::Approx(0.875));
  CHECK(delivered_share(16.0, 0.0, 4.0, 12.0) == doctest::Approx(0.0));
}

TEST_CASE("a system of which nothing is known is the book's mistake") {
  book::Book book = research_book();
  book.offers = {{.name = "deal", .supplier = "Cloud", .system = "unheard-of"}};
  CHECK_THROWS_AS(decide_purchases(book, {}, {}), InputError);
}
