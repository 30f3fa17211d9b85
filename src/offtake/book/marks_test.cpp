#include "offtake/book/marks.hpp"

#include <doctest/doctest.h>

#include "offtake/yaml/document.hpp"

namespace offtake::book {
namespace {

constexpr const char* kText = R"(offers:
  - name: trainium
    price: {value: 1.35 USD/chip/h, low: 1.05 USD/chip/h, high: 1.75 USD/chip/h, assume: "no price is public"}
    start: {value: 2026-07, low: 2026-04, high: 2027-01, source: reinvent}
    min_take: 80%
contracts:
  - {name: azure, pay: {2026: 8e9 USD, 2027: 22e9 USD, assume: "ramped"}}
growth: {per_year: [2.1x, 1.8x], volatility: 35%, source: google}
sources: {reinvent: {note: "keynote"}}
)";

yaml::Document document() { return yaml::parse_document(kText, "my.yaml"); }

const Assumption* find(const std::vector<Assumption>& all, std::string_view path) {
  for (const Assumption& one : all) {
    if (one.path == path) return &one;
  }
  return nullptr;
}

std::string scalar_at(const yaml::Document& from, std::string_view path) {
  for (const Assumption& one : marked_figures(from)) {
    if (one.path == path) return one.value_text;
  }
  return "";
}

}  // namespace

TEST_CASE(
    "a marked figure is kept with its range, its line, its unit and on whose word it stands") {
  const auto all = marked_figures(document());
  const Assumption* price = find(all, "/offers/trainium/price");
  REQUIRE(price != nullptr);
  CHECK(price->line == 3);
  CHECK(price->value.value() == doctest::Approx(1.35 / 3600.0));  // USD a chip and second.
  CHECK(price->high.value() == doctest::Approx(1.75 / 3600.0));
  CHECK(price->unit_text == "USD/chip/h");
  CHECK(price->low_text == "1.05 USD/chip/h");
  CHECK(price->assume == "no price is public");
  CHECK(price->status == MarkStatus::kAssumed);

  const Assumption* start = find(all, "/offers/trainium/start");
  REQUIRE(start != nullptr);
  CHECK(start->value_text == "2026-07");
  CHECK_FALSE(start->value.has_value());
  CHECK(start->status == MarkStatus::kSourced);
}

TEST_CASE("a mark inside a mapping or beside a list speaks for every figure of it") {
  const auto all = marked_figures(document());
  REQUIRE(find(all, "/contracts/azure/pay/2027") != nullptr);
  CHECK(find(all, "/contracts/azure/pay/2027")->assume == "ramped");
  REQUIRE(find(all, "/growth/per_year/1") != nullptr);
  CHECK(find(all, "/growth/per_year/1")->value.value() == doctest::Approx(1.8));
  CHECK(find(all, "/growth/volatility")->source == "google");
  CHECK(find(all, "/offers/trainium/min_take") == nullptr);  // No mark: a setting.
  CHECK(all.size() == 7);  // Price, start, two bills, two factors and the volatility.
}

TEST_CASE("a figure is moved to its low, its high or any other value") {
  yaml::Document low = document();
  apply({{"/offers/trainium/price", "low"}, {"/growth/per_year/0", "1.5x"}}, low);
  CHECK(scalar_at(low, "/offers/trainium/price") == "1.05 USD/chip/h");
  CHECK(scalar_at(low, "/growth/per_year/0") == "1.5x");

  yaml::Document other = document();
  apply({{"/offers/trainium/price", "9 USD/chip/h"}}, other);
  const auto all = marked_figures(other);
  CHECK(find(all, "/offers/trainium/price")->value_text == "9 USD/chip/h");
  CHECK_FALSE(find(all, "/offers/trainium/price")->has_range());  // 9 lies outside the old one.
}

TEST_CASE("moving what is not there, or to an end it does not have, is refused for all at once") {
  yaml::Document target = document();
  try {
    apply({{"/offers/trainum/price", "low"}, {"/growth/volatility", "high"}}, target);
    FAIL("accepted");
  } catch (const InputError& error) {
    REQUIRE(error.problems().size() == 2);
    CHECK(describe(error.problems()[0]) ==
          "my.yaml: /offers/trainum/price: expected the path of a figure (did you mean "
          "\"/offers/trainium/price\"?), found nothing there");
    CHECK(
        describe(error.problems()[1]) ==
        "my.yaml:8:46: /growth/volatility: expected a figure that can be set to \"high\", found a "
        "figure without \"high\"");
  }
}

TEST_CASE("a source that is not listed is a problem where it is named") {
  const auto problems = unknown_sources(document());
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].place.line == 8);
  CHECK(problems[0].found == "\"google\"");
}

}  // namespace offtake::book
