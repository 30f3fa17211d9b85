#include "offtake/study/planned_commitments.hpp"

#include <doctest/doctest.h>

#include "offtake/study/small_book.hpp"

namespace offtake::study {

using namespace literals;

TEST_CASE("what a plan signs becomes monthly bills, and tranches of options at their first date") {
  // Two quarters of 300 and 600 dollars are 100 and 200 a month. A mean of 1.6 of four tranches is
  // two, in April; a declined offer is nothing.
  book::Book book = small::empty_book(1);
  book.offers = {small::offer("deal", 1.0_USD_per_chip_h, 0.8),
                 small::offer("other", 1.0_USD_per_chip_h)};
  book.options_held = {{.name = "right", .supplier = "Cloud", .system = "gpu", .tranches = 4}};
  BuyDecision decision;
  decision.by_period = {.labels = {"2026-Q1", "2026-Q2"},
                        .length_years = {0.25, 0.25},
                        .fleet = {{.name = "deal", .usd = {300.0, 600.0}},
                                  {.name = "other", .usd = {0.0, 0.0}},
                                  {.name = "right", .usd = {0.0, 900.0}}}};
  decision.decisions = {{.name = "deal", .kind = "offer", .verdict = Verdict::kSign, .share = 1.0},
                        {.name = "other", .kind = "offer", .verdict = Verdict::kDecline},
                        {.name = "right",
                         .kind = "option",
                         .verdict = Verdict::kWait,
                         .share = 0.4,
                         .start = "2026-Q2"}};
  const PlannedCommitments planned = planned_commitments(book, decision);
  REQUIRE(planned.payments.size() == 2);
  REQUIRE(planned.payments[0].by_month.size() == 6);
  CHECK(planned.payments[0].by_month[2].base_units() == doctest::Approx(100.0));
  CHECK(planned.payments[0].by_month[3].base_units() == doctest::Approx(200.0));
  CHECK(planned.payments[0].firm_share == doctest::Approx(0.8));
  CHECK(planned.tranches.at("right") == std::vector<Month>(2, Month(2026, 4)));
}

}  // namespace offtake::study
