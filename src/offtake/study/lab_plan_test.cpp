#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "offtake/book/need_against_signed.hpp"
#include "offtake/demand/base_path.hpp"
#include "offtake/study/buy_decision_paths.hpp"
#include "offtake/study/example_book.hpp"

using namespace offtake;
using namespace offtake::study;
using namespace offtake::study::examples;

using namespace offtake::literals;

TEST_CASE(
    "the lab's plan needs, owes and earns by year what its base path does when nothing wanders") {
  const Example& e = example(OFFTAKE_SOURCE_DIR, "openai-2025-12");
  book::Book book = e.book;
  book.demand_process.volatility_scale = 0.0;
  book.slip = {};
  book.revenue_timing.scenarios = {{.name = "on-path", .probability = 1.0}};
  // By the book's own equivalents: the performance model would give training another level.
  const BuyDecision plan = decide_purchases(book, {}, e.settings);
  const auto rows = book::need_against_signed(book);
  const auto all = demand::base_revenue(book.demand, book.revenue_timing.other, book.horizon.start,
                                        book.horizon.months());
  const auto other = demand::base_revenue({}, book.revenue_timing.other, book.horizon.start,
                                          book.horizon.months());
  REQUIRE(plan.by_year.size() == 7);
  for (const YearRow& year : plan.by_year) {
    CAPTURE(year.year);
    const auto row = std::ranges::find(rows, year.year, &book::NeedAndSigned::year);
    REQUIRE(row != rows.end());
    // Needs at prices of quarters here, of months there.
    CHECK(year.need_usd.mean == doctest::Approx(row->need().base_units()).epsilon(0.01));
    CHECK(year.signed_usd == doctest::Approx(row->signed_bills.base_units()).epsilon(1e-6));
    const double share = revenue_share(book, Month(year.year, 1));
    const Dollars net = (1.0 - share) * all.at(year.year) + share * other.at(year.year);
    CHECK(year.revenue_usd.mean == doctest::Approx(net.base_units()).epsilon(0.001));
  }
}

TEST_CASE("the lab's plan by months and quarters costs what it does by quarters") {
  // Within two hundredths of what is spent and lost, revenue left out.
  const Example& e = example(OFFTAKE_SOURCE_DIR, "openai-2025-12");
  const BuyDecision quarters = decided(e.book, e);
  Example months = e;
  months.settings.assumptions.months_first = 24;
  const BuyDecision finer = decided(e.book, months);
  REQUIRE(finer.by_period.labels.size() == 44);
  REQUIRE(quarters.by_period.labels.size() == 28);
  const double gross = quarters.expected.in(1.0_USD) + quarters.mean_cost.revenue;
  CHECK(std::abs((finer.expected - quarters.expected).in(1.0_USD)) <= 0.02 * gross);
}

TEST_CASE(
    "the lab's plan costs no more the more it may know, the surer its ports, the less is due") {
  const Example& e = example(OFFTAKE_SOURCE_DIR, "openai-2025-12");
  const auto in_order = [&](const std::vector<book::Book>& cheapest_first) {
    std::vector<BuyDecision> plans;
    for (const book::Book& book : cheapest_first) plans.push_back(decided(book, e));
    for (std::size_t i = 1; i < plans.size(); ++i) {
      CAPTURE(i);
      CHECK(plans[i - 1].bound <= plans[i].objective + kRounding);
    }
  };
  const auto with = [&](auto change) {
    book::Book book = e.book;
    change(book);
    return book;
  };
  const auto exercised = [&](book::ExerciseRule rule) {
    return with([rule](book::Book& book) { book.readings.exercise = rule; });
  };
  in_order({exercised(book::ExerciseRule::kPerScenario), exercised(book::ExerciseRule::kGroups),
            exercised(book::ExerciseRule::kNow)});
  const auto at_success = [&](double success) {
    return with([success](book::Book& book) {
      for (contract::Offer& offer : book.offers) {
        if (offer.port) offer.port->success = success;
      }
    });
  };
  in_order({at_success(1.0), at_success(0.85)});
  const auto at_take = [&](double take) {
    return with([take](book::Book& book) {
      for (contract::Offer& offer : book.offers) offer.min_take = take;
    });
  };
  in_order({at_take(0.0), at_take(0.8), at_take(1.0)});
  in_order({e.book, with([](book::Book& book) {
              std::erase_if(book.offers,
                            [](const contract::Offer& offer) { return !offer.group.empty(); });
              book.value_of.clear();
              std::erase_if(book.capital.equity,
                            [](const contract::EquityLine& line) { return !line.tied_to.empty(); });
            })});
}

TEST_CASE("Trainium as a group is worth no less to the lab than each offer of it") {
  Example e = example(OFFTAKE_SOURCE_DIR, "openai-2025-12");
  e.book.value_of = {"aws-trainium", "aws-trainium3", "aws-trainium3-staged", "aws-trainium2"};
  e.settings.explain = true;
  e.settings.frontier = {};
  const BuyDecision plan = decided(e.book, e);
  REQUIRE(plan.value_of.size() >= 4);
  for (std::size_t member = 1; member < 4; ++member) {
    CAPTURE(plan.value_of[member].name);
    CHECK(plan.value_of[0].high >= plan.value_of[member].low - kRounding);
  }
}
