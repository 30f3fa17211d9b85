#include "offtake/study/layout_trial.hpp"

#include <doctest/doctest.h>

#include "offtake/perf/serving_example.hpp"
#include "offtake/serve/serving_example.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

FleetQuestion eight_chips_of(Seconds ttft, Seconds tpot) {
  fleet::PoolTerms pool{
      .name = "pool", .system = "s", .chips = 8, .price = {}, .scaling = {}, .outages = {}};
  serve::ServiceClass service{.name = "all",
                              .objective = {.ttft = sim_time(ttft), .tpot = sim_time(tpot)}};
  return {
      .terms = {.name = "f", .pools = {pool}, .admission = {}, .classes = {service}, .link = {}},
      .model = perf::example::llama_70b(),
      .systems = {{.system = perf::example::eight_chips(), .price = {}}},
      .typical = {.input = 1155, .output = 211},
      .objective = {.ttft_p99 = ttft, .tpot_p99 = tpot},
      .timer = {}};
}

RequestsAtLoad chat_at(double rate) {
  return [rate](double load) -> std::unique_ptr<demand::RequestSource> {
    return std::make_unique<serve::example::RandomRequests>(1500, rate * load, 5);
  };
}

double kept(const ServingFleet& ready, const RequestsAtLoad& requests) {
  const auto source = requests(1.0);
  return serve::simulate(ready.fleet, *source, {}).counts.attainment();
}

}  // namespace

TEST_CASE("the layout that was tried keeps as many requests as any, the closed form's included") {
  for (const double rate : {1.0, 6.0, 12.0}) {
    CAPTURE(rate);
    const FleetQuestion question = eight_chips_of(0.5_s, 40.0_ms);
    const RequestsAtLoad requests = chat_at(rate);
    const auto tried = tried_fleet(question, requests, {}, {2});
    REQUIRE(tried.has_value());
    const double its = kept(*tried, requests);
    for (const perf::ServingLayout& layout : layouts_worth_trying(question)) {
      FleetQuestion other = question;
      other.terms.pools.front().layout = terms_of(layout);
      const auto ready = serving_fleet(other);
      if (ready) CHECK(kept(*ready, requests) <= its + kKeptAlike);
    }
    CHECK(kept(*serving_fleet(question), requests) <= its + kKeptAlike);
    const auto again = tried_fleet(question, requests, {}, {1});
    CHECK(again->choices.front().layout == tried->choices.front().layout);
  }
}

TEST_CASE("a layout that the user states, and a fleet without limits, are left alone") {
  FleetQuestion question = eight_chips_of(0.5_s, 40.0_ms);
  question.terms.pools.front().layout.tensor = 4;
  const auto stated = tried_fleet(question, chat_at(1.0), {}, {1});
  REQUIRE(stated.has_value());
  CHECK(stated->choices.front().layout.tensor == 4);
  CHECK(stated->chips() == 8);  // Two replicas of four.
  question = eight_chips_of(0.5_s, 40.0_ms);
  question.terms.classes.front().objective = {};
  const auto without = tried_fleet(question, chat_at(1.0), {}, {1});
  CHECK(without->choices.front().layout == serving_fleet(question)->choices.front().layout);
}

TEST_CASE("a model that fits nowhere is refused with the reason") {
  FleetQuestion question = eight_chips_of(0.5_s, 40.0_ms);
  question.systems.front().system.chip.hbm_capacity.value = 1.0_GB;
  const auto refused = tried_fleet(question, chat_at(1.0), {}, {1});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().reason.size() > 5);
}
