#include "offtake/findings/default_findings.hpp"

#include <doctest/doctest.h>

#include "offtake/findings/cash_findings.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::findings {
namespace {

using namespace literals;

book::Book small_book() {
  book::Book book;
  book.buyer = "Lab";
  book.parties.parties = {{.name = "Cloud", .liquidity = 1.0_BUSD},
                          {.name = "Stranger", .liquidity = 1.0_BUSD}};
  return book;
}

stress::StressAnswer small_answer() {
  stress::StressAnswer answer;
  answer.paths = 100;
  answer.default_by = {{2030, {.value = 0.3, .low = 0.2, .high = 0.4}}};
  answer.parties = {{.name = "Cloud",
                     .default_by = {{2030, {.value = 0.2, .low = 0.1, .high = 0.3}}},
                     .can_fail = {.at_all = true, .while_buyer_pays = false},
                     .default_by_end_buyer_alive = {},
                     .default_by_end_as_priced = 0.095,
                     .expected_loss = 2.0_BUSD},
                    {.name = "Stranger",
                     .default_by = {{2030, {.value = 0.1, .low = 0.0, .high = 0.2}}},
                     .can_fail = {.at_all = true, .while_buyer_pays = true},
                     .default_by_end_buyer_alive = 0.1}};
  answer.lenders = {{.line = "term loan", .unpaid = 0.3, .expected_loss = 3.0_BUSD}};
  return answer;
}

TEST_CASE("a rate that is zero by construction is said in words and not shown") {
  const report::DefaultSection section = default_section(small_book(), small_answer());
  REQUIRE(section.rows.size() == 3);
  CHECK(section.rows[1].party == "Cloud");
  CHECK_FALSE(section.rows[1].with_buyer_alive.has_value());
  CHECK(section.rows[2].with_buyer_alive == 0.1);
  CHECK(section.text.title == "Cloud defaults on 20.0% of paths, only where Lab does");
  CHECK(section.caused_by_buyer.find("Cloud cannot fail before the buyer does") !=
        std::string::npos);
  CHECK(section.caused_by_buyer.find("zero by construction") != std::string::npos);
  CHECK(section.caused_by_buyer.find("Cloud 9.5%") != std::string::npos);
  CHECK(section.caused_by_buyer.find("With the buyer kept paying: Stranger 10.0%") !=
        std::string::npos);
}

TEST_CASE("the buyer's own lenders stand among those who lose") {
  const report::PartyLossSection section = party_loss_section(small_book(), small_answer());
  REQUIRE(section.rows.size() == 2);
  CHECK(section.rows[0].party == "lenders: term loan");
  CHECK(section.rows[0].expected_loss_usd == 3e9);
  CHECK_FALSE(section.rows[0].default_probability.has_value());
  CHECK(section.rows[1].party == "Cloud");
}

TEST_CASE("a scenario that holds on no path has no line in the fan") {
  stress::StressAnswer answer = small_answer();
  answer.cash.resize(2);
  answer.first_shortfall.resize(2);
  answer.scenarios = {{.name = "drawn", .paths = 100, .cash_median = {1.0_BUSD, 2.0_BUSD}},
                      {.name = "never", .paths = 0}};
  const report::CashSection section = cash_section(small_book(), answer);
  REQUIRE(section.scenarios.size() == 1);
  CHECK(section.scenarios[0].name == "drawn");
}

}  // namespace
}  // namespace offtake::findings
