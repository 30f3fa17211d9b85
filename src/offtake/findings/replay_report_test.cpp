#include "offtake/findings/replay_report.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "offtake/findings/replay_words.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/serve/serving_example.hpp"
#include "offtake/serve/simulate.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::findings {
namespace {

using namespace literals;
using serve::Occupancy;
using serve::RequestCounts;

constexpr SimTime operator""_sec(unsigned long long count) {
  return {static_cast<std::int64_t>(count) * 1'000'000'000};
}

/// TTFT at most 1 s.
std::vector<serve::ServiceClass> one_second() {
  return {{.name = "all", .objective = {.ttft = 1_sec}}};
}

ReplayContext context_of(std::vector<serve::ServiceClass> classes) {
  return {.trace = "a trace", .model = "a model", .requests = 200, .classes = std::move(classes)};
}

/// 200 requests in 100 s, 150 of which keep the objective, on one replica of 4 chips that is busy
/// half the time: 100 TTFTs of 0.1 s, 50 of 1 s and 50 of 4 s; 40,000 tokens; 2 dollars, 360 kJ.
serve::RunOutcome hand_made() {
  serve::RunOutcome outcome{.begun = 20_sec, .ended = 120_sec};
  outcome.counts = {.arrived = 200, .completed = 200, .kept = 150, .output_tokens = 40'000};
  for (int i = 0; i < 200; ++i) {
    const SimTime ttft = i < 100 ? SimTime{100'000'000} : i < 150 ? 1_sec : 4_sec;
    outcome.latency.add({.ttft = ttft, .e2e = ttft + 10_sec, .output = 201});
  }
  outcome.classes = {{.name = "all", .counts = outcome.counts, .latency = outcome.latency}};
  serve::PoolOutcome pool{.name = "pool",
                          .in_service = 100_sec,
                          .rented = 100_sec,
                          .replicas_most = 1,
                          .cache_used = 0.25,
                          .energy = Joules::in_base_units(360e3),
                          .cost = 2.0_USD};
  pool.tally.busy = 50_sec;
  pool.tally.preemptions = 3;
  outcome.pools = {pool};
  return outcome;
}

ReplayedFleet fleet_of(std::string name, serve::RunOutcome outcome) {
  return {.name = std::move(name),
          .words = "1 replica of 4 chips",
          .family = "Nvidia",
          .pool_chips = {4},
          .outcome = std::move(outcome)};
}

std::string answer_text(const report::ReportDocument& page) {
  std::string text;
  for (const report::AnswerRow& row : page.answer) {
    text += row.question + ": " + row.sentence + " " + row.note + "\n";
  }
  return text;
}

TEST_CASE("by hand: the figures of a fleet") {
  const auto page = replay_report(context_of(one_second()), {fleet_of("A", hand_made())});
  const report::FleetFigures& figures = page.replay->table.fleets.front();
  CHECK(figures.requests_per_s == doctest::Approx(2.0));
  CHECK(*figures.goodput == doctest::Approx(1.5));
  CHECK(*figures.attainment == doctest::Approx(0.75));
  CHECK(figures.chips_mean == doctest::Approx(4.0));
  // 40,000 tokens / 100 s / 4 chips.
  CHECK(figures.output_tokens_per_s_chip == doctest::Approx(100.0));
  CHECK(*figures.utilization == doctest::Approx(0.5));
  CHECK(*figures.cache_used == doctest::Approx(0.25));
  CHECK(figures.preemptions == 3);
  // 360 kJ are 0.1 kWh; over 0.04 million tokens.
  CHECK(*figures.kwh_per_mtok == doctest::Approx(2.5));
  CHECK(*figures.usd_per_mtok == doctest::Approx(50.0));
  // 4 chips for 100 s are a ninth of a chip-hour.
  CHECK(*figures.usd_per_chip_h == doctest::Approx(18.0));
  // To the sketch's half of a hundredth.
  CHECK(figures.ttft->p50 == doctest::Approx(0.1).epsilon(0.006));
  CHECK(figures.ttft->p90 == doctest::Approx(4.0).epsilon(0.006));
  // 10 s over the 200 tokens after the first.
  CHECK(figures.tpot->p99.value == doctest::Approx(0.05).epsilon(0.006));
}

TEST_CASE("a fleet that grows is divided by the chips it rented on average") {
  serve::RunOutcome outcome = hand_made();
  outcome.pools[0].rented = 150_sec;
  outcome.pools[0].replicas_most = 2;
  const auto page = replay_report(context_of(one_second()), {fleet_of("A", outcome)});
  const report::FleetFigures& figures = page.replay->table.fleets.front();
  CHECK(figures.chips_mean == doctest::Approx(6.0));
  CHECK(figures.chips_most == 8);
  CHECK(figures.output_tokens_per_s_chip == doctest::Approx(400.0 / 6.0));
}

TEST_CASE("the answer of one fleet is told in words with its figures") {
  const auto page = replay_report(context_of(one_second()), {fleet_of("A", hand_made())});
  CHECK(page.header.title == "a trace on A");
  const std::string text = answer_text(page);
  CAPTURE(text);
  for (const char* const told :
       {"Objective: 75.0% of requests are within their objective. TTFT 1 s. Goodput in "
        "requests/s: 1.5.",
        "Yield: Output tokens a second a chip: 100.", "Per million output tokens: $50.00.",
        "Price of a chip and hour: $18.00."}) {
    CHECK_MESSAGE(text.find(told) != std::string::npos, told);
  }
}

TEST_CASE("two fleets are told side by side, and the table's title names who leads") {
  serve::RunOutcome better = hand_made();
  better.counts.kept = better.classes[0].counts.kept = 190;
  better.counts.refused = 2;
  const std::vector<ReplayedFleet> fleets{fleet_of("A", hand_made()), fleet_of("B", better)};
  const auto page = replay_report(context_of(one_second()), fleets);
  CHECK(page.header.title == "a trace on 2 fleets");
  CHECK(page.answer[0].sentence == "Requests within their objective: 75.0% on A, 95.0% on B.");
  CHECK(page.answer[0].note.ends_with("Refused or too long on B: 2."));
  CHECK(page.answer[3].sentence == "Per million output tokens: $50.00 on both.");
  CHECK(page.replay->table.text.title == "B keeps the most requests within their objective");

  better.pools[0].cost = 1.0_USD;
  const auto cheaper = replay_report(context_of(one_second()), {fleets[0], fleet_of("B", better)});
  CHECK(cheaper.replay->table.text.title ==
        "B keeps the most requests within their objective, for the least money a token");
  better.pools[0].cost = 3.0_USD;
  const auto dearer = replay_report(context_of(one_second()), {fleets[0], fleet_of("B", better)});
  CHECK(dearer.replay->table.text.title ==
        "B keeps the most requests within their objective, A gives the cheapest tokens");
}

TEST_CASE("of three fleets the ends are named") {
  const std::vector<FleetFigure> figures{{"A", 2.0}, {"B", 1.0}, {"C", 3.0}};
  CHECK(compared(figures, 3, report::time_text) == "1 s on B to 3 s on C");
  CHECK(compared({{"A", 1.0}, {"B", 1.0001}, {"C", 1.0}}, 3, report::time_text) == "1 s on all");
  CHECK(compared({{"A", 1.0}, {"B", 1.0}}, 3, report::time_text) == "1 s on A, 1 s on B");
  CHECK(compared({{"B", 1.0}}, 2, report::time_text) == "1 s on B");
  CHECK(compared({}, 2, report::time_text) == "–");
}

TEST_CASE("shares are all or none only where they are") {
  CHECK(share_words(1.0) == "100%");
  CHECK(share_words(0.9999) == ">99.9%");
  CHECK(share_words(0.0) == "0%");
  CHECK(share_words(0.0001) == "<0.1%");
}

TEST_CASE("without an objective nothing is kept or broken, and the page does not speak of it") {
  const auto page = replay_report(context_of({serve::ServiceClass{.name = "all", .objective = {}}}),
                                  {fleet_of("A", hand_made())});
  CHECK_FALSE(page.replay->table.fleets[0].goodput.has_value());
  CHECK_FALSE(page.replay->table.fleets[0].attainment.has_value());
  CHECK_FALSE(page.replay->attainment.has_value());
  CHECK(page.replay->ttft.views[0].objectives.empty());
  // 4 s, to the sketch's half of a hundredth.
  CHECK(page.replay->table.fleets[0].ttft->p99.value == doctest::Approx(4.0).epsilon(0.006));
  CHECK(page.replay->ttft.text.title ==
        "TTFT p99 is " + report::time_text(page.replay->table.fleets[0].ttft->p99.value));
  CHECK(answer_text(page).find("bjective") == std::string::npos);
}

TEST_CASE("a latency's picture holds the quantiles at its levels and the share within its limit") {
  const auto page = replay_report(context_of(one_second()), {fleet_of("A", hand_made())});
  const report::LatencyPicture& ttft = page.replay->ttft;
  // 150 of 200 take at most 1 s.
  CHECK(ttft.text.title == "TTFT is within 1 s for 75.0%");
  REQUIRE(ttft.views.size() == 1);
  REQUIRE(ttft.views[0].objectives.size() == 1);
  CHECK(ttft.views[0].objectives[0].label == "objective 1 s");
  CHECK(ttft.views[0].objectives[0].at_s == doctest::Approx(1.0));
  const std::vector<double>& curve = ttft.views[0].at_s[0];
  REQUIRE(curve.size() == ttft.levels.size());
  for (std::size_t i = 0; i < curve.size(); ++i) {
    const double rank = std::floor(ttft.levels[i] * 199);
    const double expected = rank < 100 ? 0.1 : rank < 150 ? 1.0 : 4.0;
    CHECK(curve[i] == doctest::Approx(expected).epsilon(0.006));
  }
  for (const double mark : {0.5, 0.9, 0.99}) {
    CHECK(std::ranges::count(ttft.levels, mark) == 1);
  }
}

TEST_CASE("classes have views, rules and rows of their own, and the least kept is named") {
  serve::RunOutcome outcome = hand_made();
  outcome.classes = {
      {.name = "chat", .counts = {.arrived = 150, .kept = 148}, .latency = outcome.latency},
      {.name = "batch", .counts = {.arrived = 50, .kept = 2}, .latency = {}},
      {.name = "free", .counts = {.arrived = 10, .kept = 10}, .latency = {}}};
  const auto page =
      replay_report(context_of({{.name = "chat", .objective = {.ttft = 1_sec}},
                                {.name = "batch", .objective = {.ttft = 5_sec, .e2e = 60_sec}},
                                {.name = "free", .objective = {}}}),
                    {fleet_of("A", outcome)});
  REQUIRE(page.replay->classes.has_value());
  const report::ClassTable& table = *page.replay->classes;
  REQUIRE(table.rows.size() == 3);
  CHECK(table.text.title == "batch keeps its objective least, for 4.0% of its requests");
  CHECK(table.rows[1].objective == "TTFT 5 s, end to end 60 s");
  CHECK(table.rows[0].goodput == doctest::Approx(1.48));
  CHECK_FALSE(table.rows[1].ttft_p99_s.has_value());
  CHECK_FALSE(table.rows[2].attainment.has_value());
  CHECK(table.rows[2].objective == "none");
  const auto& views = page.replay->ttft.views;
  REQUIRE(views.size() == 4);
  REQUIRE(views[0].objectives.size() == 2);
  CHECK(views[0].objectives[0].label == "chat 1 s");
  CHECK(views[2].objectives[0].label == "objective 5 s");
  CHECK(views[2].at_s[0].empty());
}

TEST_CASE("by hand: means of an occupancy, over pools and joined periods") {
  serve::RunOutcome outcome = hand_made();
  outcome.pools.push_back(outcome.pools[0]);
  for (int at = 0; at < 200; ++at) {
    const SimTime time{at * 1'000'000'000LL};
    outcome.pools[0].occupancy.at(time) += Occupancy{1, at < 100 ? 0.0 : 6.0, 10, 2, 0.2};
    outcome.pools[1].occupancy.at(time) += Occupancy{1, 2, 5, 1, 0.6};
  }
  ReplayedFleet fleet = fleet_of("A", outcome);
  fleet.pool_chips = {4, 4};
  const auto page = replay_report(context_of(one_second()), {fleet});
  REQUIRE(page.replay->occupancy.has_value());
  const report::OccupancyPicture& picture = *page.replay->occupancy;
  // 200 rows of 1 s are more than 160, so pairs of them are shown.
  CHECK(picture.period_s == 2.0);
  CHECK(picture.warm_up_s == 20.0);
  REQUIRE(picture.fleets[0].waiting.size() == 100);
  CHECK(*picture.fleets[0].waiting[49] == doctest::Approx(2.0));
  CHECK(*picture.fleets[0].waiting[50] == doctest::Approx(8.0));
  CHECK(*picture.fleets[0].decoding[7] == doctest::Approx(15.0));
  CHECK(*picture.fleets[0].replicas[7] == doctest::Approx(3.0));
  CHECK(*picture.fleets[0].cache[7] == doctest::Approx(0.6));
  CHECK(picture.text.title == "Waiting at most: 8 requests");
  CHECK(picture.text.subtitle.starts_with("Means over each 2 seconds"));
}

TEST_CASE("fleets of different periods are shown over the longer one") {
  serve::RunOutcome brief = hand_made();
  serve::RunOutcome lengthy = hand_made();
  for (int at = 0; at < 8; ++at)
    brief.pools[0].occupancy.at({at * 1'000'000'000LL}) += {1, 1.0 * at};
  // After 1,024 rows of 1 s the period is 2 s; both fit 160 only at 8 s.
  for (int at = 0; at < 1100; ++at) lengthy.pools[0].occupancy.at({at * 1'000'000'000LL}) += {1, 4};
  REQUIRE(lengthy.pools[0].occupancy.period() == 2_sec);
  const auto page =
      replay_report(context_of(one_second()), {fleet_of("A", brief), fleet_of("B", lengthy)});
  const report::OccupancyPicture& picture = *page.replay->occupancy;
  CHECK(picture.period_s == 8.0);
  REQUIRE(picture.fleets[0].waiting.size() == 1);
  CHECK(*picture.fleets[0].waiting[0] == doctest::Approx(3.5));  // (0 + ... + 7) / 8.
  CHECK(picture.fleets[1].waiting.size() == 138);                // 1,100 / 8, rounded up.
  CHECK(*picture.fleets[1].waiting[70] == doctest::Approx(4.0));
}

TEST_CASE("the worst minute is one with enough requests, and arrivals leave the warm-up out") {
  serve::RunOutcome outcome = hand_made();
  // The warm-up ends at 20 s: 40 s of the first minute count.
  outcome.minutes.at(0_sec) += RequestCounts{.arrived = 80, .kept = 80};
  outcome.minutes.at(60_sec) += RequestCounts{.arrived = 120, .kept = 90};
  outcome.minutes.at(180_sec) += RequestCounts{.arrived = 2, .kept = 0};
  const auto page = replay_report(context_of(one_second()), {fleet_of("A", outcome)});
  REQUIRE(page.replay->attainment.has_value());
  const report::AttainmentPicture& picture = *page.replay->attainment;
  CHECK(picture.text.title == "The worst minute keeps 75.0%");
  CHECK(picture.text.note.starts_with("From minute 1, 90 of 120 requests."));
  REQUIRE(picture.attainment[0].size() == 4);
  CHECK(*picture.attainment[0][1] == doctest::Approx(0.75));
  CHECK_FALSE(picture.attainment[0][2].has_value());
  REQUIRE(picture.arrivals_per_s.size() == 1);
  CHECK(*picture.arrivals_per_s[0][0] == doctest::Approx(2.0));
  CHECK(*picture.arrivals_per_s[0][1] == doctest::Approx(2.0));
  CHECK(*picture.arrivals_per_s[0][2] == 0.0);
}

TEST_CASE("a curve of loads has its peak in the title, and says where it may lie beyond") {
  ReplayedFleet first = fleet_of("A", hand_made());
  ReplayedFleet second = fleet_of("B", hand_made());
  first.load = {{2, 1.9, 0.95}, {4, 3.6, 0.9}, {8, 1.0, 0.125}};
  CHECK(!replay_report(context_of(one_second()), {second}).replay->load.has_value());
  auto page = replay_report(context_of(one_second()), {first, second});
  CHECK(page.replay->load->text.title == "Highest goodput, requests/s: 3.6 on A");
  CHECK(page.replay->load->text.note.empty());
  second.load = {{2, 2.0, 1.0}, {4, 3.9, 0.975}};
  page = replay_report(context_of(one_second()), {first, second});
  CHECK(page.replay->load->text.title == "Highest goodput, requests/s: 3.6 on A, 3.9 on B");
  CHECK(page.replay->load->text.note.find("the most on B:") != std::string::npos);
}

TEST_CASE("a fleet that completed nothing still has a page") {
  serve::RunOutcome nothing;
  nothing.classes.resize(1);
  nothing.pools.resize(1);
  const auto page = replay_report(context_of(one_second()), {fleet_of("A", nothing)});
  const report::FleetFigures& figures = page.replay->table.fleets.front();
  CHECK_FALSE(figures.ttft.has_value());
  CHECK_FALSE(figures.attainment.has_value());
  CHECK_FALSE(figures.usd_per_mtok.has_value());
  CHECK(page.replay->ttft.text.title == "TTFT");
  CHECK(page.replay->ttft.views[0].at_s[0].empty());
}

TEST_CASE("the pictures of a simulated fleet agree with its table, whatever the load") {
  CHECK(rc::check([] {
    const int replicas = *rc::gen::inRange(1, 4);
    const double rate = *rc::gen::inRange(1, 80) / 4.0;
    const auto seed = static_cast<std::uint64_t>(*rc::gen::inRange(1, 1000));
    serve::Fleet fleet{.pools = {serve::example::pool_of(serve::example::kChat, replicas)},
                       .classes = one_second()};
    fleet.pools[0].price = MoneyRate::in_base_units(0.002);
    serve::example::RandomRequests requests(400, rate, seed);
    const serve::RunOutcome outcome =
        serve::simulate(fleet, requests, {.seed = 1, .recorder = nullptr, .progress = {}});
    const auto page = replay_report(context_of(one_second()), {fleet_of("A", outcome)});
    const report::ReplaySection& replay = *page.replay;
    const report::FleetFigures& figures = replay.table.fleets.front();

    RC_ASSERT(*figures.goodput <= figures.requests_per_s);
    RC_ASSERT(std::abs(figures.chips_mean - 4.0 * replicas) < 1e-9);
    RC_ASSERT(std::ranges::is_sorted(replay.ttft.views[0].at_s[0]));
    RC_ASSERT(std::ranges::is_sorted(replay.tpot.views[0].at_s[0]));
    // Of the requests in all periods as many are kept as of all.
    double kept = 0;
    double arrived = 0;
    const report::AttainmentPicture& minutes = *replay.attainment;
    for (std::size_t i = 0; i < minutes.attainment[0].size(); ++i) {
      const double here = *minutes.arrivals_per_s[0][i] * minutes.period_s;
      arrived += here;
      kept += here * minutes.attainment[0][i].value_or(0.0);
    }
    RC_ASSERT(std::abs(arrived - 400.0) < 1e-6);
    RC_ASSERT(std::abs(kept / arrived - *figures.attainment) < 1e-9);
    for (const auto& share : replay.occupancy->fleets[0].cache) {
      RC_ASSERT(!share || (0.0 <= *share && *share <= 1.0));
    }
  }));
}

}  // namespace
}  // namespace offtake::findings
