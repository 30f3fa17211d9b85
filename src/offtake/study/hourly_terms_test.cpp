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

/// Tokens that take 100 chips in the mean, all of them by day, twice the mean for twelve hours.
book::Book day_book() {
  book::Book book = small::empty_book(1);
  demand::Serving serving{.tokens = TokenRate::in_base_units(1e5)};
  serving.shape.profile.assign(24, 0.0);
  for (std::size_t hour = 8; hour < 20; ++hour) serving.shape.profile[hour] = 2.0;
  book.demand = {{.name = "serving",
                  .work = serving,
                  .unmet = demand::UnmetTokens{.price = TokenPrice::in_base_units(1e-5)}}};
  return book;
}

contract::Offer by_the_hour(const std::string& name, ChipPrice price) {
  contract::Offer offer = small::offer(name, price);
  offer.kind = contract::OfferKind::kOnDemand;
  return offer;
}

}  // namespace

TEST_CASE("chips by the hour are paid in the busy hours only, reserved ones all day") {
  // 200 chips for half of the hours: by the hour at 1.5 they cost 150 a chip-hour of the year,
  // reserved at 1 they cost 200. At 2.5 by the hour, 250.
  book::Book book = day_book();
  book.offers = {small::offer("reserved", 1.0_USD_per_chip_h),
                 by_the_hour("on demand", 1.5_USD_per_chip_h)};
  book.offers[0].kind = contract::OfferKind::kReserved;
  CHECK(cost(book) == doctest::Approx(kYear * 150.0));
  book.offers[1].price = 2.5_USD_per_chip_h;
  CHECK(cost(book) == doctest::Approx(kYear * 200.0));
}

TEST_CASE("a block of chips is held all day too") {
  book::Book book = day_book();
  book.offers = {by_the_hour("block", 1.0_USD_per_chip_h)};
  book.offers[0].kind = contract::OfferKind::kCapacityBlock;
  CHECK(cost(book) == doctest::Approx(kYear * 200.0));
}

TEST_CASE("minutes inside the busiest hours take more chips by a factor") {
  // One and a half times 200 reserved chips.
  book::Book book = day_book();
  std::get<demand::Serving>(book.demand[0].work).shape.burst_p99_over_hourly = 1.5;
  book.offers = {small::offer("reserved", 1.0_USD_per_chip_h)};
  CHECK(cost(book) == doctest::Approx(kYear * 300.0));
}

TEST_CASE("weekends at half the load leave the mean of the week and raise its days") {
  // A working day has 7 / (5 + 2 x .5) of the mean: chips for 200 x 7 / 6 are reserved.
  book::Book book = day_book();
  std::get<demand::Serving>(book.demand[0].work).shape.weekend_factor = 0.5;
  book.offers = {small::offer("reserved", 1.0_USD_per_chip_h)};
  CHECK(cost(book) == doctest::Approx(kYear * 200.0 * 7.0 / 6.0));
  book.offers[0] = by_the_hour("on demand", 1.0_USD_per_chip_h);
  CHECK(cost(book) == doctest::Approx(kYear * 100.0));
}

TEST_CASE("work that may wait fills reserved chips at night") {
  // 200 chips by day; 80 of deferrable work in the mean, or 160 at night, fit beside.
  book::Book book = day_book();
  book.demand.push_back(small::research("batch", 80.0, 100.0));
  book.demand.back().deferrable = 24.0_h;
  book.offers = {small::offer("reserved", 1.0_USD_per_chip_h)};
  CHECK(cost(book) == doctest::Approx(kYear * 200.0));
  book.demand.back().deferrable.reset();
  CHECK(cost(book) == doctest::Approx(kYear * 280.0));
}

TEST_CASE("requests that must stay in Europe are served there") {
  // 30% of 100 chips at 1 instead of .5.
  book::Book book = day_book();
  book.demand[0].regions = {{"us", 0.7}, {"eu", 0.3}};
  book.demand[0].residency = {{"eu", "eu"}};
  book.offers = {by_the_hour("america", 0.5_USD_per_chip_h),
                 by_the_hour("europe", 1.0_USD_per_chip_h)};
  book.offers[0].region = "us-east-1";
  book.offers[1].region = "eu-north-1";
  CHECK(cost(book) == doctest::Approx(kYear * (70.0 * 0.5 + 30.0 * 1.0)));
  book.demand[0].residency.clear();
  CHECK(cost(book) == doctest::Approx(kYear * 50.0));
}

TEST_CASE("spot chips do only work that may be interrupted") {
  // 100 chips by day on demand at 1 and 80 of batch on spot at .2; or all on demand.
  book::Book book = day_book();
  book.demand.push_back(small::research("batch", 80.0, 100.0));
  book.demand.back().preemptible = true;
  book.offers = {by_the_hour("on demand", 1.0_USD_per_chip_h),
                 by_the_hour("spot", 0.2_USD_per_chip_h)};
  book.offers[1].kind = contract::OfferKind::kSpot;
  CHECK(cost(book) == doctest::Approx(kYear * (100.0 + 80.0 * 0.2)));
  book.demand.back().preemptible = false;
  CHECK(cost(book) == doctest::Approx(kYear * 180.0));
}

TEST_CASE("an hourly offer has a value when the book asks for it") {
  // 400 of 1,000 chips at .5 instead of the market's 1.
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.offers = {by_the_hour("on demand", 0.5_USD_per_chip_h)};
  book.offers[0].quantity_max = 400.0_chips;
  book.value_of = {"on demand"};
  const BuyDecision answer = decide_purchases(book, {}, {.gap = 1e-8});
  REQUIRE(answer.value_of.size() == 1);
  CHECK(answer.value_of[0].low.in(1.0_USD) == doctest::Approx(kYear * 200.0));
  CHECK(answer.value_of[0].high.in(1.0_USD) == doctest::Approx(kYear * 200.0));
}

TEST_CASE("chips by the hour come in lots too") {
  // One chip's work for a year; by the hour chips come eight at a time: 8 x
  // 8,760 x .5 = 35,040.
  book::Book book = small::empty_book(1);
  book.demand = {small::research("research", 1.0, 100.0)};
  book.offers = {small::offer("node", 0.5_USD_per_chip_h)};
  book.offers[0].kind = contract::OfferKind::kOnDemand;
  book.offers[0].lot = 8.0_chips;
  const BuyDecision answer = decide_purchases(book, {}, {.gap = 1e-8});
  CHECK(answer.expected.in(1.0_USD) == doctest::Approx(35040.0));
}
