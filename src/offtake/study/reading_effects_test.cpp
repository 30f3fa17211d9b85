#include "offtake/study/reading_effects.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "offtake/study/reading_choices.hpp"
#include "offtake/study/small_book.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

/// Two years of 1,000 chips. The market sells a chip's work at 1 USD an hour; what is not done
/// costs five times as much. A chip for both years is on offer at .6 USD an hour.
book::Book two_years() {
  book::Book book = small::empty_book(2);
  book.demand = {small::research("research", 1000.0)};
  book.later_market = small::open_market();
  book.offers = {small::offer("chip", 0.6_USD_per_chip_h)};
  book.value_of = {"chip"};
  return book;
}

const ReadingEffect& effect_of(const ReadingEffects& effects, const std::string& setting,
                               const std::string& otherwise) {
  const auto at = std::ranges::find_if(effects.effects, [&](const ReadingEffect& effect) {
    return effect.setting == setting && effect.otherwise == otherwise;
  });
  REQUIRE(at != effects.effects.end());
  return *at;
}

ReadingEffects effects_of(const book::Book& book) {
  return reading_effects(book, {},
                         {.name = book.value_of.front(),
                          .assumptions = {.start_delays = {0}},
                          .scenarios = 1,
                          .gap = 1e-9});
}

}  // namespace

TEST_CASE("without a later market the same chip saves what undone work costs") {
  // 1,000 chips for two years at .6 USD: 10.512M dollars, instead of 17.52M from the market at 1
  // USD, so the chip is worth 7.008M. Without a market, work left undone costs five times as much
  // as the market's price: 87.6M, of which the chip saves 77.088M. Either way it is signed.
  const ReadingEffects effects = effects_of(two_years());
  CHECK(effects.as_read.expected.in(1e6 * 1.0_USD) == doctest::Approx(10.512));
  CHECK(effects.as_read.high.in(1e6 * 1.0_USD) == doctest::Approx(7.008));
  const ReadingEffect& shut = effect_of(effects, "/later_market", "none");
  CHECK(shut.change.in(1e6 * 1.0_USD) == doctest::Approx(0.0));
  CHECK(shut.high.in(1e6 * 1.0_USD) == doctest::Approx(77.088));
}

TEST_CASE("a chip that is refreshed keeps up with the market") {
  // The market's price of a chip's work halves each year. A chip at .9 USD that stays what it is
  // saves less and less; one that is refreshed does twice the work each year, 2^(m / 12) in month
  // m, while the market charges 2^-((m + .5) / 12): it is worth about .974 USD an hour throughout.
  // So many are signed as the last quarter can use: more would idle in one quarter of eight, and 7
  // / 8 x .974 is less than .9.
  book::Book book = two_years();
  book.price_paths.price_performance_new = 2.0;
  book.offers = {small::offer("chip", 0.9_USD_per_chip_h)};
  double work_last = 0.0, worth = 0.0;
  for (int quarter = 0; quarter < 8; ++quarter) {
    double work = 0.0, price = 0.0;
    for (int m = 3 * quarter; m < 3 * quarter + 3; ++m) {
      work += std::exp2(m / 12.0) / 3.0;
      price += std::exp2(-(m + 0.5) / 12.0) / 3.0;
    }
    work_last = work;
    worth += work * price * 8760.0 / 4.0;
  }
  const double saved = 1000.0 / work_last * (worth - 0.9 * 2 * 8760.0) / 1e6;
  const ReadingEffects effects = effects_of(book);
  const ReadingEffect& refreshed = effect_of(effects, "/readings/offers_refreshed", "true");
  CHECK(refreshed.as_read == "false");
  CHECK(refreshed.high.in(1e6 * 1.0_USD) == doctest::Approx(saved).epsilon(1e-3));
}

TEST_CASE("questions that a book does not raise are not asked") {
  const book::Book book = two_years();
  for (const ReadingChoice& choice : reading_choices(book)) {
    CHECK(choice.setting != "/readings/exercise");      // Nothing to exercise,
    CHECK(choice.setting != "/readings/port_failure");  // no port,
    CHECK(choice.setting != "/contracts/delivery");     // nothing signed.
    CHECK(!choice.as_read.empty());
    CHECK(!choice.others.empty());
  }
}

TEST_CASE("no other reading is the book's own") {
  book::Book book = two_years();
  book.offers.front().port = contract::Port{.cost = 1.0_USD, .success = 0.5};
  book.offers.front().option = contract::ExpansionOption{
      .quantity = 1.0_chips, .exercise_by = Month(2026, 6), .price = 1.0_USD_per_chip_h};
  std::size_t settings = 0;
  for (const ReadingChoice& choice : reading_choices(book)) {
    for (const OtherReading& other : choice.others) CHECK(other.text != choice.as_read);
    if (choice.setting == "/readings/exercise") {
      CHECK(choice.as_read == "groups");
      CHECK(choice.others.size() == 2);
    }
    ++settings;
  }
  CHECK(settings == 6);
}
