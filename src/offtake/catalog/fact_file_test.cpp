#include "offtake/catalog/fact_file.hpp"

#include <doctest/doctest.h>

#include <string>

#include "offtake/catalog/deal_file.hpp"
#include "offtake/catalog/price_file.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::catalog {
namespace {

using namespace offtake::literals;

yaml::ObjectReader reader_of(const std::string& text) {
  return yaml::ObjectReader(yaml::parse_document(text, "f.yaml"));
}

std::string complaints(const yaml::ObjectReader& reader) {
  std::string text;
  for (const Problem& problem : reader.problems()) text += describe(problem) + "\n";
  return text;
}

TEST_CASE("a fact has a value with its dimension, or only text") {
  const auto reader = reader_of(
      "name: CoreWeave\n"
      "kind: neocloud\n"
      "facts:\n"
      "  - {metric: revenue, period: 2025, value: 5.13e9 USD, known: 2026-04, kind: actual, "
      "source: "
      "s}\n"
      "  - {metric: rating, text: B+, known: 2026-02-21, kind: actual, source: s}\n");
  const Party party = read_party(reader, "coreweave");
  CHECK(complaints(reader).empty());
  REQUIRE(party.facts.size() == 2);
  CHECK(party.facts[0].entity == "coreweave");
  CHECK(party.facts[0].value->value == doctest::Approx(5.13e9));
  CHECK(party.facts[0].value->dimension == Dimension{.money = 1});
  CHECK(to_string(party.facts[0].known) == "2026-04-30");  // A month is known when it is over.
  CHECK_FALSE(party.facts[1].value.has_value());
  CHECK(party.facts[1].text == "B+");
}

TEST_CASE("a leg keeps its firmness, and what came later is unknown before") {
  const auto reader = reader_of(
      "legs:\n"
      "  - {id: letter, date: 2025-09-22, kind: equity, payer: nvidia, payee: openai, amount: "
      "100e9 "
      "USD, power: 10 GW, firmness: letter, source: s, later: [{date: 2026-02-27, what: "
      "superseded}]}\n");
  const auto legs = read_deal(reader, "openai-nvidia");
  CHECK(complaints(reader).empty());
  REQUIRE(legs.size() == 1);
  CHECK(legs[0].group == "openai-nvidia");
  CHECK(legs[0].firmness == Firmness::kLetter);
  CHECK(legs[0].amount == 100.0_BUSD);
  CHECK(legs[0].power == 10.0_GW);
  CHECK(as_known_on(legs[0], Date{Month(2025, 12), 17}).later.empty());
  CHECK(as_known_on(legs[0], Date{Month(2026, 2), 27}).later.size() == 1);
}

TEST_CASE("a price is by the chip and hour, an amount has whatever dimension it says") {
  const auto reader = reader_of(
      "provider: AWS\n"
      "prices:\n"
      "  - {kind: rental, product: p5, price: 6.88 USD/chip/h, date: 2026-11-09, status: list, "
      "source: s}\n"
      "  - {kind: site, product: 1 GW, amount: 50e9 USD/GW, date: 2025-08-27, status: vendor, "
      "source: s}\n"
      "  - {kind: rental, product: trn3, date: 2026-11-22, status: not_public, source: s}\n");
  const auto prices = read_prices(reader);
  CHECK(complaints(reader).empty());
  REQUIRE(prices.size() == 3);
  CHECK(prices[0].provider == "AWS");
  CHECK(prices[0].price->in(1.0_USD_per_chip_h) == doctest::Approx(6.88));
  CHECK(prices[1].amount->value == doctest::Approx(50.0));  // 50e9 USD over 1e9 W.
  CHECK(prices[1].amount_text == "50e9 USD/GW");
}

TEST_CASE("a price without a figure is refused unless it is said not to be public") {
  const auto reader =
      reader_of("prices:\n  - {kind: rental, product: p, date: 2026, status: list, source: s}\n");
  read_prices(reader);
  CHECK(complaints(reader) ==
        "f.yaml:2:5: /prices/0: expected a price, an amount or a discount, found a mapping\n");
}

}  // namespace
}  // namespace offtake::catalog
