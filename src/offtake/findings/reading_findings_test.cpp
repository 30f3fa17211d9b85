#include "offtake/findings/reading_findings.hpp"

#include <doctest/doctest.h>

#include <string>

#include "offtake/findings/assumption_findings.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::findings;

namespace {

/// A plan of 100M in which access is worth 2M; three other answers to two questions.
study::ReadingEffects effects() {
  return {
      .name = "access",
      .as_read = {.expected = 100e6 * 1.0_USD, .low = 2e6 * 1.0_USD, .high = 2e6 * 1.0_USD},
      .scenarios = 20,
      .effects = {
          {.setting = "/readings/exercise",
           .as_read = "groups",
           .otherwise = "now",
           .change = 3e6 * 1.0_USD,
           .low = 2e6 * 1.0_USD,
           .high = 2e6 * 1.0_USD},
          {.setting = "/readings/exercise",
           .as_read = "groups",
           .otherwise = "per_scenario",
           .change = -1e6 * 1.0_USD,
           .low = 0.0_USD,
           .high = 0.0_USD},
          {.setting = "/readings/unmet",
           .as_read = "book_prices",
           .otherwise = "serve_all",
           .change = 50e6 * 1.0_USD,
           .low = 8e6 * 1.0_USD,
           .high = 9e6 * 1.0_USD},
          {.setting = "/later_market", .as_read = "open", .otherwise = "none", .possible = false}}};
}

}  // namespace

TEST_CASE("the reading that moves a worth furthest is named, and no plan is no figure") {
  const report::ReadingSection section = reading_section(effects());
  CHECK(section.text.title ==
        "access is worth $0 to $8.5M, by how the book is read; /readings/unmet moves it most");
  REQUIRE(section.rows.size() == 4);
  CHECK(section.rows[0].setting == "/later_market");  // Without a plan nothing is larger.
  CHECK(!section.rows[0].change_usd);
  CHECK(!section.rows[0].worth_usd);
  CHECK(section.rows[1].setting == "/readings/unmet");
  CHECK(*section.rows[1].change_usd == 50e6);
  CHECK(section.rows[1].worth_usd->value == 8.5e6);
  CHECK(section.rows[1].worth_usd->band->high == 9e6);
}

TEST_CASE("a worth that no reading moves is said to be so") {
  study::ReadingEffects same = effects();
  for (study::ReadingEffect& effect : same.effects) {
    effect.low = same.as_read.low;
    effect.high = same.as_read.high;
  }
  CHECK(reading_section(same).text.title == "access is worth $2M under every reading");
}

TEST_CASE("a question stands among the figures from its cheapest answer to its dearest") {
  const study::Sensitivity figures{.base = 100e6 * 1.0_USD,
                                   .swings = {{.path = "/discount_rate",
                                               .low = "8%",
                                               .high = "18%",
                                               .at_low = 10e6 * 1.0_USD,
                                               .at_high = -10e6 * 1.0_USD}},
                                   .scenarios = 6};
  const study::ReadingEffects questions = effects();
  const report::TornadoSection tornado = plan_tornado(figures, &questions);
  REQUIRE(tornado.rows.size() == 3);
  CHECK(tornado.rows[0].input == "readings: unmet");
  CHECK(tornado.rows[0].low == "book prices");
  CHECK(tornado.rows[0].high == "serve all");
  CHECK(tornado.rows[0].change_at_low == 0.0);
  CHECK(tornado.rows[1].input == "discount rate");
  CHECK(tornado.rows[2].input == "readings: exercise");
  CHECK(tornado.rows[2].low == "per scenario");
  CHECK(tornado.rows[2].change_at_low == -1e6);
  CHECK(tornado.rows[2].high == "now");
  CHECK(tornado.rows[2].change_at_high == 3e6);
  CHECK(plan_tornado(figures, nullptr).rows.size() == 1);
}
