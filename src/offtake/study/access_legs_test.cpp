#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

/// A year of 1,000 chips, at 1 USD an hour from the market: 8.76M dollars. A chip on offer at .8
/// costs 7.008M. Cash of 5M and `equity` millions that an investor offers at a fair price; what is
/// missing comes from emergency equity, which costs a quarter of itself.
book::Book two_legs(double equity) {
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.offers = {small::offer("chip", 0.8_USD_per_chip_h)};
  book.capital.cash = 5e6 * 1.0_USD;
  book.capital.equity_value = 1e9 * 1.0_USD;
  book.capital.emergency.price = 0.25;
  book.capital.equity = {
      {.name = "investor", .investor = "Cloud", .amount = equity * 1e6 * 1.0_USD}};
  return book;
}

struct Legs {
  double chip = 0.0, equity = 0.0, both = 0.0;  ///< Millions of dollars.
};

Legs worth(const book::Book& book) {
  const BuyCase buy = buy_case(book, {}, 1, {.start_delays = {0}});
  const std::vector<int> chip = buy.levers_of.at("chip");
  const std::vector<int> equity = buy.levers_of.at("investor");
  std::vector<int> both = chip;
  both.insert(both.end(), equity.begin(), equity.end());
  const plan::CapacityPlan plan =
      plan::make_plan(buy.problem,
                      {.gap = 1e-9,
                       .value_of = {{.name = "chip", .levers = chip},
                                    {.name = "equity", .levers = equity},
                                    {.name = "both", .levers = both}},
                       .measure_information = false},
                      lp::HighsSolver());
  const double millions = buy.problem.scale.money.base_units() / 1e6;
  REQUIRE(plan.value_of.size() == 3);
  return {millions * plan.value_of[0].high, millions * plan.value_of[1].high,
          millions * plan.value_of[2].high};
}

}  // namespace

TEST_CASE("legs that do not stand in for one another are worth their sum") {
  // With 2M of equity money is short in every case, so each dollar saved or raised saves .25 more.
  // Costs: neither 8.76 + .25 x 3.76 = 9.700, chip 7.008 + .25 x 2.008 = 7.510, equity
  // 8.76 + .25 x 1.76 = 9.200, both 7.008 + .25 x .008 = 7.010.
  const Legs legs = worth(two_legs(2.0));
  CHECK(legs.chip == doctest::Approx(2.19));
  CHECK(legs.equity == doctest::Approx(0.5));
  CHECK(legs.both == doctest::Approx(2.69));
}

TEST_CASE("legs that cover the same shortage are worth more together than by themselves") {
  // With 4M money is short only where neither is there: both 7.008, equity 8.76, chip 7.510.
  const Legs legs = worth(two_legs(4.0));
  CHECK(legs.chip == doctest::Approx(1.752));
  CHECK(legs.equity == doctest::Approx(0.502));
  CHECK(legs.both == doctest::Approx(2.692));
}

TEST_CASE("legs that come together only are each worth what both are") {
  book::Book book = two_legs(2.0);
  book.offers[0].equity_required = "investor";
  book.capital.equity[0].tied_to = {"chip"};
  book.offers[0].quantity_max = 1000.0_chips;
  const Legs legs = worth(book);
  CHECK(legs.chip == doctest::Approx(2.69));
  CHECK(legs.equity == doctest::Approx(2.69));
  CHECK(legs.both == doctest::Approx(2.69));
}
