#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "offtake/study/buy_decision.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

double any(int low, int high) { return *rc::gen::inRange(low, high); }

contract::Port any_port() {
  return {.cost = any(0, 3) * 1e5 * 1.0_USD,
          .time = 3.0 * any(0, 3) * 1.0_months,
          .success = 0.85,
          .workloads = {{"serving", any(5, 11) / 10.0}, {"research", any(5, 11) / 10.0}}};
}

/// Two kinds of work that grow and wander, a market whose price falls and wanders, an offer of the
/// reference chip and one of a new chip that takes a port and can be expanded later. What is shut
/// at first opens with a quarter: a gap inside one is no gap to a plan by quarters.
book::Book any_book() {
  book::Book book = small::empty_book(2);
  book.discount_rate = any(0, 20) / 100.0;
  book.demand_process = {.volatility_scale = any(0, 3) / 2.0,
                         .correlation = 0.5,
                         .mean_reversion = any(0, 2),
                         .price_volatility = 0.2};
  book.demand = {small::research("serving", any(200, 2000), any(15, 60) / 10.0),
                 small::research("research", any(200, 2000), any(5, 30) / 10.0)};
  for (demand::Workload& work : book.demand) {
    work.growth = {.per_year = {any(5, 30) / 10.0, any(5, 20) / 10.0}, .volatility = 0.5};
  }
  book.price_paths.price_performance_new = any(10, 15) / 10.0;
  book.later_market = small::open_market(any(0, 10) / 10.0);
  book.later_market->lead = 3.0 * any(0, 2) * 1.0_months;
  book.chip_equivalents = {{.system = "new", .reference_chips = any(3, 20) / 10.0}};
  book.offers = {small::offer("gpu", any(5, 15) / 10.0 * 1.0_USD_per_chip_h, any(5, 11) / 10.0),
                 small::offer("new", any(3, 12) / 10.0 * 1.0_USD_per_chip_h, any(5, 11) / 10.0)};
  book.offers[0].quantity_max = any(100, 1500) * 1.0_chips;
  contract::Offer& chip = book.offers[1];
  chip.group = "access";
  chip.system = "new";
  chip.quantity_max = any(100, 1500) * 1.0_chips;
  chip.ramp_months = *rc::gen::inRange(0, 9);
  chip.term = any(6, 30) * 1.0_months;
  chip.port = any_port();
  chip.option = contract::ExpansionOption{
      .quantity = any(100, 1500) * 1.0_chips, .exercise_by = Month(2026, 10), .price = chip.price};
  book.groups = {{.name = "access"}};
  book.risk = {.lambda = any(0, 3) / 2.0, .alpha = 0.75, .scenarios = 8, .seed = 1};
  return book;
}

/// Nothing is earned in these books, so the risk-adjusted cost is positive and its own scale.
double cost_of(const book::Book& book, bool months_first = false) {
  const BuyDecision answer =
      decide_purchases(book, {},
                       {.assumptions = {.months_first = months_first ? book.horizon.months() : 0},
                        .gap = 1e-7,
                        .explain = false});
  RC_ASSERT(answer.status == lp::Status::kOptimal);
  return answer.objective.in(1.0_USD);
}

/// At most `more`, but for the gap that a plan may have.
bool at_most(double cost, double more) { return cost <= more * (1.0 + 1e-6) + 1.0; }

double near(double a, double b) { return std::abs(a - b) / std::max(1.0, std::abs(b)); }

/// All dollars of the book times `factor`.
book::Book in_smaller_coins(book::Book book, double factor) {
  book.reference_chip.price = factor * book.reference_chip.price;
  book.later_market->cap = factor * book.later_market->cap;
  for (contract::Offer& offer : book.offers) {
    offer.price = factor * offer.price;
    if (offer.port) offer.port->cost = factor * offer.port->cost;
    if (offer.option) offer.option->price = factor * offer.option->price;
  }
  return book;
}

}  // namespace

TEST_CASE("one offer more never costs more") {
  CHECK(rc::check([] {
    book::Book book = any_book();
    const double with_both = cost_of(book);
    const contract::Offer gpu = book.offers[0];
    book.offers.erase(book.offers.begin());
    const double chip_alone = cost_of(book);
    RC_ASSERT(at_most(with_both, chip_alone));
    book.offers = {gpu};
    RC_ASSERT(at_most(with_both, cost_of(book)));
    book.offers.clear();
    RC_ASSERT(at_most(chip_alone, cost_of(book)));
  }));
}

TEST_CASE("more minimum take never costs less") {
  CHECK(rc::check([] {
    book::Book book = any_book();
    double before = 0.0;
    for (const double take : {0.0, 0.4, 0.8, 1.0}) {
      for (contract::Offer& offer : book.offers) offer.min_take = take;
      const double cost = cost_of(book);
      RC_ASSERT(at_most(before, cost));
      before = cost;
    }
  }));
}

TEST_CASE("a port that is surer to succeed never costs more") {
  CHECK(rc::check([] {
    book::Book book = any_book();
    double before = 0.0;
    for (const double success : {1.0, 0.85, 0.5, 0.0}) {
      book.offers[1].port->success = success;
      const double cost = cost_of(book);
      RC_ASSERT(at_most(before, cost));
      before = cost;
    }
  }));
}

TEST_CASE("the more is known when an option is exercised, the less it costs") {
  CHECK(rc::check([] {
    book::Book book = any_book();
    book.readings.exercise = book::ExerciseRule::kNow;
    const double now = cost_of(book);
    book.readings.exercise = book::ExerciseRule::kGroups;
    const double groups = cost_of(book);
    book.readings.exercise = book::ExerciseRule::kPerScenario;
    const double foresight = cost_of(book);
    RC_ASSERT(at_most(groups, now));
    RC_ASSERT(at_most(foresight, groups));
  }));
}

TEST_CASE("a group is worth at least as much as any of its members") {
  CHECK(rc::check([] {
    book::Book book = any_book();
    book.offers[0].group = "access";
    const double with = cost_of(book);
    std::vector<double> without_member;
    for (std::size_t k = 0; k < book.offers.size(); ++k) {
      book::Book fewer = book;
      fewer.offers.erase(fewer.offers.begin() + static_cast<std::ptrdiff_t>(k));
      without_member.push_back(cost_of(fewer) - with);
    }
    const BuyDecision answer = [&] {
      book::Book asked = book;
      asked.value_of = {"access", "gpu", "new"};
      return decide_purchases(asked, {}, {.gap = 1e-7, .frontier = {}});
    }();
    const double gap = 1e-5 * std::max(with, 1.0) + 1.0;
    RC_ASSERT(answer.value_of.size() >= 3u);
    const auto value = [&](std::size_t k) { return answer.value_of[k].high.in(1.0_USD); };
    RC_ASSERT(value(0) >= answer.value_of[1].low.in(1.0_USD) - gap);
    RC_ASSERT(value(0) >= answer.value_of[2].low.in(1.0_USD) - gap);
    // And each is what the book without it costs more.
    RC_ASSERT(std::abs(value(1) - without_member[0]) <= gap);
    RC_ASSERT(std::abs(value(2) - without_member[1]) <= gap);
  }));
}

TEST_CASE("dollars in smaller coins and work in another order leave the cost") {
  CHECK(rc::check([] {
    const book::Book book = any_book();
    const double cost = cost_of(book);
    RC_ASSERT(near(cost_of(in_smaller_coins(book, 1000.0)) / 1000.0, cost) < 1e-6);
    book::Book turned = book;
    std::ranges::reverse(turned.demand);
    RC_ASSERT(near(cost_of(turned), cost) < 1e-6);
  }));
}

TEST_CASE("quarters and months of the same paths cost the same within two hundredths") {
  CHECK(rc::check([] {
    const book::Book book = any_book();
    RC_ASSERT(near(cost_of(book), cost_of(book, true)) < 0.02);
  }));
}

TEST_CASE("where the market is open at its price, no flat contract above it is signed") {
  CHECK(rc::check([] {
    book::Book book = any_book();
    book.demand_process.price_volatility = 0.0;
    book.later_market = small::open_market(0.0);
    book.offers = {small::offer("flat", any(100, 200) / 100.0 * 1.0_USD_per_chip_h)};
    const BuyDecision answer = decide_purchases(book, {}, {.gap = 1e-7, .explain = false});
    for (const Decision& decision : answer.decisions) {
      const bool above =
          book.offers[0].price > 1.0_USD_per_chip_h || book.price_paths.price_performance_new > 1.0;
      if (above) RC_ASSERT(decision.chips < 1e-3);
    }
  }));
}

TEST_CASE(
    "dollars in smaller coins, work in another order and twice the paths leave the decisions") {
  // Steady needs of 600 and 400 chips, offers below, between and above the market's prices: the
  // best plan is one. With nothing uncertain, twice the paths are each path in two halves.
  book::Book book = small::empty_book(2);
  book.discount_rate = 0.1;
  book.demand = {small::research("serving", 600.0), small::research("research", 400.0)};
  book.price_paths.price_performance_new = 1.2;
  book.later_market = small::open_market(0.1);
  book.offers = {small::offer("low", 0.7_USD_per_chip_h), small::offer("high", 1.1_USD_per_chip_h),
                 small::offer("part", 0.9_USD_per_chip_h)};
  book.offers[0].quantity_max = 300.0_chips;
  const auto decisions = [](const book::Book& of) {
    return decide_purchases(of, {}, {.gap = 1e-8, .explain = false}).decisions;
  };
  const std::vector<Decision> plain = decisions(book);
  book::Book turned = book;
  std::ranges::reverse(turned.demand);
  book::Book halves = book;
  halves.risk.scenarios = 2;
  for (const book::Book& other : {in_smaller_coins(book, 1000.0), turned, halves}) {
    const std::vector<Decision> same = decisions(other);
    REQUIRE(same.size() == plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
      CHECK(same[i].name == plain[i].name);
      CHECK(same[i].verdict == plain[i].verdict);
      CHECK(same[i].chips == doctest::Approx(plain[i].chips));
      CHECK(same[i].start == plain[i].start);
    }
  }
  CHECK(plain[0].chips == doctest::Approx(300.0));
}
