#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/example_book.hpp"

using namespace offtake;
using namespace offtake::study;
using namespace offtake::study::examples;

namespace {

const std::string kBooks[] = {"openai-2025-12", "openai-2026-03", "enterprise"};

}  // namespace

TEST_CASE(
    "every example can be planned with nothing on offer and no market: all recourse is complete") {
  for (const std::string& name : kBooks) {
    CAPTURE(name);
    const Example& e = example(OFFTAKE_SOURCE_DIR, name);
    book::Book book = e.book;
    book.offers.clear();
    book.options_held.clear();
    book.later_market.reset();
    book.outside_option.reset();
    book.value_of.clear();
    const BuyDecision answer = decided(book, e);
    REQUIRE(answer.status == lp::Status::kOptimal);
    CHECK(answer.mean_cost.rentals == doctest::Approx(0.0));
    // And the book's offers and market cost no more than that.
    CHECK(decided(e.book, e).bound <= answer.objective + kRounding);
  }
}

TEST_CASE("work left undone has a price above zero in every example, period and world") {
  for (const std::string& name : kBooks) {
    const Example& e = example(OFFTAKE_SOURCE_DIR, name);
    for (const auto scaling :
         {book::UnmetScaling::kWithRevenue, book::UnmetScaling::kFloorAtRevenue,
          book::UnmetScaling::kConstant}) {
      book::Book book = e.book;
      book.readings.unmet_scaling = scaling;
      const BuyCase buy = buy_case(book, e.yields, 4, e.settings.assumptions);
      for (const plan::Scenario& scenario : buy.problem.scenarios) {
        for (std::size_t w = 0; w < scenario.unmet_price.size(); ++w) {
          CAPTURE(name);
          CAPTURE(buy.problem.workloads[w].name);
          CHECK(std::ranges::min(scenario.unmet_price[w]) > 0.0);
        }
      }
    }
  }
}
