#include "offtake/study/out_of_sample.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

#include "offtake/lp/highs_solver.hpp"
#include "offtake/study/buy_decision.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

/// A year of work that wanders about 1,000 chips; the market asks 1 USD an hour, an offer .6.
book::Book wandering(double volatility) {
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 1000.0)};
  book.demand[0].growth.volatility = volatility;
  book.demand_process = {.volatility_scale = 1.0, .price_volatility = 0.0};
  book.later_market = small::open_market();
  book.offers = {small::offer("chip", 0.6_USD_per_chip_h)};
  book.risk.scenarios = 20;
  return book;
}

std::vector<double> losses_of(const BuyCase& buy, const std::vector<double>& levers) {
  std::vector<double> losses =
      *plan::losses_under(buy.problem, {{"", levers}}, {}, lp::HighsSolver()).front();
  for (double& loss : losses) loss *= buy.problem.scale.money.base_units();
  return losses;
}

}  // namespace

TEST_CASE("a mean and a tail with what a sample leaves open of them") {
  // 1, 2, 3, 4: mean 2.5, deviation sqrt(5 / 3), so 1.96 sqrt(5 / 3 / 4) to either side. Worst half
  // 3.5; v = 2.5, and 2.5 + 2 max(C - 2.5, 0) is 2.5, 2.5, 3.5, 5.5, of deviation sqrt(2).
  const Confident mean = confident_mean({1.0, 2.0, 3.0, 4.0});
  CHECK(mean.value == doctest::Approx(2.5));
  CHECK(mean.high - mean.value == doctest::Approx(1.959964 * std::sqrt(5.0 / 12.0)));
  CHECK(mean.value - mean.low == doctest::Approx(mean.high - mean.value));
  const Confident tail = confident_cvar({4.0, 3.0, 2.0, 1.0}, 0.5);
  CHECK(tail.value == doctest::Approx(3.5));
  CHECK(tail.high - tail.value == doctest::Approx(1.959964 * std::sqrt(2.0 / 4.0)));
}

TEST_CASE("where nothing is uncertain, fresh worlds cost what the plan said") {
  // 1,000 chips at .6 for 8,760 hours; without them at 1.
  const book::Book book = wandering(0.0);
  const BuyDecision answer =
      decide_purchases(book, {}, {.assumptions = {.start_delays = {0}}, .gap = 1e-9, .fresh = 10});
  REQUIRE(answer.out_of_sample.worlds == 10);
  REQUIRE(answer.out_of_sample.costs.size() >= 3);
  const FreshCost& plan = answer.out_of_sample.costs[0];
  CHECK(plan.name.empty());
  CHECK(plan.expected.value == doctest::Approx(8760.0 * 600.0));
  CHECK(plan.expected.high == doctest::Approx(plan.expected.low));
  CHECK(plan.cvar.value == doctest::Approx(8760.0 * 600.0));
  const FreshCost& nothing = answer.out_of_sample.costs[1];
  CHECK(nothing.expected.value == doctest::Approx(8760.0 * 1000.0));
  CHECK(nothing.saves.value == doctest::Approx(8760.0 * 400.0));
}

TEST_CASE("fresh worlds cost what a case of them alone says, whatever the plan was made for") {
  CHECK(rc::check([] {
    const book::Book book = wandering(*rc::gen::inRange(1, 10) / 10.0);
    book::Book other = book;
    other.risk.seed = static_cast<unsigned long long>(*rc::gen::inRange(2, 1000));
    const std::vector<World> fresh = draw_worlds(other, *rc::gen::inRange(1, 6));
    const BuyDecisionAssumptions assumptions{.start_delays = {0}};
    const BuyCase among = fresh_case(book, {}, draw_worlds(book, 20), fresh, assumptions);
    const BuyCase alone = buy_case(book, {}, fresh, assumptions);
    RC_ASSERT(among.problem.scale == alone.problem.scale);
    RC_ASSERT(among.problem.scenarios.size() == fresh.size());
    const std::vector<double> levers(1, *rc::gen::inRange(0, 20) / 10.0);
    const auto one = losses_of(among, levers), two = losses_of(alone, levers);
    for (std::size_t s = 0; s < fresh.size(); ++s) {
      RC_ASSERT(std::abs(one[s] - two[s]) <= 1e-7 * std::abs(two[s]));
    }
  }));
}

TEST_CASE("over many fresh worlds the plan's mean is that of the process") {
  // Nothing signed: 8,760 x 1,000 x the mean factor. The log of month m wanders with deviation
  // volatility x sqrt((m + .5) / 12) without mean reversion, so its mean factor is exp(half the
  // variance): .3^2 / 2 x (m + .5) / 12.
  book::Book book = wandering(0.3);
  book.offers.clear();
  double factor = 0.0;
  for (int m = 0; m < 12; ++m) factor += std::exp(0.045 * (m + 0.5) / 12.0) / 12.0;
  const BuyDecision answer =
      decide_purchases(book, {}, {.gap = 1e-9, .fresh = 2000, .explain = false});
  const Confident mean = answer.out_of_sample.costs.at(0).expected;
  CHECK(mean.low < 8.76e6 * factor);
  CHECK(mean.high > 8.76e6 * factor);
  CHECK(mean.high - mean.low < 0.02 * mean.value);
}

TEST_CASE("a fresh world goes with the group that it cannot be told from") {
  // An expansion may be taken by groups of worlds. In a case of the same worlds as fresh ones every
  // world finds itself in its own group, so it costs what it did.
  book::Book book = wandering(0.5);
  book.offers[0].quantity_max = 500.0_chips;
  book.offers[0].option = contract::ExpansionOption{
      .quantity = 500.0_chips, .exercise_by = Month(2026, 7), .price = 0.6_USD_per_chip_h};
  const BuyDecisionAssumptions assumptions{.start_delays = {0}};
  const std::vector<World> worlds = draw_worlds(book, 12);
  const BuyCase known = buy_case(book, {}, worlds, assumptions);
  const plan::CapacityPlan plan = plan::make_plan(
      known.problem, {.gap = 1e-9, .measure_information = false}, lp::HighsSolver());
  const BuyCase again = fresh_case(book, {}, worlds, worlds, assumptions);
  const auto one = losses_of(known, plan.levers), two = losses_of(again, plan.levers);
  for (std::size_t s = 0; s < worlds.size(); ++s) CHECK(one[s] == doctest::Approx(two[s]));
}
