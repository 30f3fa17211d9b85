#include "offtake/book/read_book.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "offtake/units/literals.hpp"

namespace offtake::book {
namespace {

using namespace literals;

constexpr const char* kSmall = R"(book: small
as_of: 2025-12-17
buyer: Lab
horizon: {start: 2026-01, years: 2, months_first: 24}
discount_rate: 12%
reference_chip: {system: gb200-nvl72, tokens: 4000 tok/s/chip, load: 50%, price: 3.20 USD/chip/h, flops: 2.5 PFLOP/s}
price_paths: {same_chip: 0.85x, price_performance_new_chip: 1.25x}
demand:
  - name: chat
    model: deepseek-r1
    isl: 1650 tok
    osl: 550 tok
    tokens_per_day: {value: 2e12 tok/day, low: 1e12 tok/day, high: 4e12 tok/day, assume: "counted messages"}
    growth: {per_year: [2x, 1.5x], volatility: 30%}
    revenue: 10 USD/Mtok
    unmet: 12 USD/Mtok
suppliers: {AWS: {share_max: 60%}}
contracts:
  - name: first
    supplier: AWS
    system: gb300-nvl72
    kind: take_or_pay
    commitment: {value: 10e9 USD, source: filing}
    pay: {2026: 4e9 USD, 2027: 6e9 USD}
    price: 3.60 USD/chip/h
offers:
  - {name: more, supplier: AWS, system: gb300-nvl72, price: 3.70 USD/chip/h, quantity_max: 1000 chip, start: 2026-07, term: 5 years}
revenue_timing:
  scenarios: [{name: base, probability: 80%, shift: 0 months}, {name: late, probability: 20%, shift: 6 months}]
capital: {cash: 5e9 USD}
sources: {filing: {url: "https://example.org"}}
)";

/// The small book with each `from` replaced by its `to`.
std::string changed(const std::vector<std::pair<std::string, std::string>>& changes) {
  std::string text = kSmall;
  for (const auto& [from, to] : changes) {
    const std::size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string errors_of(const std::string& text) {
  try {
    read_book(text, "small.yaml");
    return "none";
  } catch (const InputError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a small book is read into quantities, with what it leaves out at the stated defaults") {
  const Book book = read_book(kSmall, "small.yaml");
  CHECK(book.as_of == Date{Month(2025, 12), 17});
  const auto& chat = std::get<demand::Serving>(book.demand.at(0).work);
  CHECK((chat.tokens * 1.0_days).in(1.0_tok) == doctest::Approx(2e12));
  CHECK(chat.work.multiplier == 1.0);
  CHECK(book.contracts.at(0).step_down == doctest::Approx(0.4));
  CHECK(book.contracts.at(0).cure.in(1.0_days) == doctest::Approx(30));
  CHECK(book.contracts.at(0).delivery == contract::DeliveryReading::kNamedSystem);
  CHECK(book.offers.at(0).min_take == 1.0);
  CHECK(book.readings.exercise == ExerciseRule::kGroups);
  CHECK(book.catalog_references.size() ==
        4);  // One model; the systems of reference, contract, offer.
}

TEST_CASE("a figure moved by its path is the only thing that changes") {
  const Book base = read_book(kSmall, "small.yaml");
  const Book high = read_book(kSmall, "small.yaml", {{"/demand/chat/tokens_per_day", "high"}});
  const auto tokens = [](const Book& book) {
    return std::get<demand::Serving>(book.demand[0].work).tokens;
  };
  CHECK(tokens(high) / tokens(base) == doctest::Approx(2.0));  // 4e12 / 2e12
  CHECK(high.contracts[0].commitment == base.contracts[0].commitment);
  const Assumption* mark = find_assumption(base, "/demand/chat/tokens_per_day");
  REQUIRE(mark != nullptr);
  CHECK(mark->line == 13);
  const Book larger =
      read_book(kSmall, "small.yaml", {{"/contracts/first/commitment", "20e9 USD"}});
  CHECK(larger.contracts[0].pay.at(2027).in(1.0_BUSD) == doctest::Approx(12));  // 6 of 10, doubled.
  const Book other = read_book(kSmall, "small.yaml", {{"/contracts/first/price", "2 USD/chip/h"}});
  CHECK(other.contracts[0].price->in(1.0_USD_per_chip_h) == doctest::Approx(2.0));
}

TEST_CASE("a workload is served on shared chips unless its book lets it have pools") {
  const auto mode_of = [](const std::string& text) {
    return std::get<demand::Serving>(read_book(text, "small.yaml").demand[0].work).mode;
  };
  CHECK(mode_of(kSmall) == "aggregated");
  CHECK(mode_of(changed({{"isl: 1650 tok", "mode: any\n    isl: 1650 tok"}})) == "any");
  CHECK(errors_of(changed({{"isl: 1650 tok", "mode: both\n    isl: 1650 tok"}})) ==
        "small.yaml:11:11: /demand/0/mode: expected \"aggregated\", \"disaggregated\" or "
        "\"any\", found \"both\"");
}

TEST_CASE("ten different mistakes give ten messages, each with its place") {
  const std::string text = changed({
      {"discount_rate: 12%", "discount_rate: 12 USD"},               // 1 another dimension
      {"isl: 1650 tok", "isl: many"},                                // 2 no number
      {"osl: 550 tok", "oslo: 550 tok"},                             // 3 unknown key, 4 missing
      {"low: 1e12 tok/day", "low: 3e12 tok/day"},                    // 5 low above value
      {"per_year: [2x, 1.5x]", "per_year: [2x]"},                    // 6 list too short
      {"source: filing", "source: fling"},                           // 7 no such source
      {"2027: 6e9 USD", "2027: 7e9 USD"},                            // 8 sum beyond 1%
      {"{name: more, supplier: AWS", "{name: more, supplier: AVS"},  // 9 no such supplier
      {"start: 2026-07", "start: 2028-07"},                          // 10 after the end
      {"probability: 20%", "probability: 30%"},                      // 11 not 100%
  });
  CHECK(
      errors_of(text) ==
      "small.yaml:5:16: /discount_rate: expected a number such as \"12%\", found \"12 USD\"\n"
      "small.yaml:9:5: /demand/0/osl: expected a quantity such as \"550 tok\", found nothing\n"
      "small.yaml:11:10: /demand/0/isl: expected a quantity such as \"1650 tok\", found \"many\", "
      "which has no number\n"
      "small.yaml:12:5: /demand/0/oslo: expected a known key (did you mean \"osl\"?), found "
      "\"oslo\"\n"
      "small.yaml:13:21: /demand/0/tokens_per_day: expected low and high on either side of value, "
      "or neither, found a range that does not hold it\n"
      "small.yaml:14:24: /demand/0/growth/per_year: expected a factor for each of the 2 years, "
      "found 1\n"
      "small.yaml:23:43: /contracts/first/commitment/source: expected the id of an entry under "
      "`sources` (did you mean \"filing\"?), found \"fling\"\n"
      "small.yaml:24:10: /contracts/0/pay: expected parts that sum to 10e9 USD, "
      "found a sum of 11e9 USD\n"
      "small.yaml:27:28: /offers/0/supplier: expected the name of a supplier (did you mean "
      "\"AWS\"?), found \"AVS\"\n"
      "small.yaml:27:110: /offers/0/start: expected a month before the horizon ends in 2028-01, "
      "found 2028-07\n"
      "small.yaml:29:14: /revenue_timing/scenarios: expected probabilities that sum to 100%, found "
      "110%");
}

TEST_CASE("names, shares and choices that cannot be are refused") {
  CHECK(
      errors_of(changed({{"share_max: 60%", "share_max: 160%"}})).find("a share from 0% to 100%") !=
      std::string::npos);
  CHECK(errors_of(changed({{"kind: take_or_pay", "kind: take_and_pay"}}))
            .find("did you mean \"take_or_pay\"?") != std::string::npos);
  CHECK(errors_of(changed({{"    price: 3.60 USD/chip/h\n", ""}}))
            .find("its delivery is read as chips of the named system") != std::string::npos);
  CHECK(errors_of(changed({{", term: 5 years", ""}})).find("not sold by the hour") !=
        std::string::npos);
  CHECK(errors_of(changed({{", assume: \"counted messages\"", ""}})).find("a source's id") !=
        std::string::npos);
}

TEST_CASE("a text that is not a book is refused, not misread") {
  for (const char* text : {"", "[]", "book", "book: {", "demand: 3\n", "horizon: [2026]\n"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(read_book(text, "small.yaml"), InputError);
  }
}

}  // namespace offtake::book
