#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "offtake/api/replayed_fleet.hpp"
#include "offtake/api/text_table.hpp"

namespace offtake::api {
namespace {

std::string milliseconds(double seconds) {
  return seconds < 0.1 ? fmt::format("{:.1f}", seconds * 1e3)
                       : fmt::format("{:.0f}", seconds * 1e3);
}

/// "p50 / p99" in milliseconds.
std::string spread(const BatchedValues& values) {
  return milliseconds(values.quantile(0.5)) + " / " + milliseconds(values.quantile(0.99));
}

std::vector<std::string> cells(const ReplayedFleet& fleet) {
  const serve::RunOutcome& outcome = fleet.outcome;
  double busy = 0.0;
  double in_service = 0.0;
  bool priced = true;
  for (std::size_t p = 0; p < outcome.pools.size(); ++p) {
    busy += static_cast<double>(outcome.pools[p].tally.busy.ns);
    in_service += static_cast<double>(outcome.pools[p].in_service.ns);
    priced = priced && fleet.ready.choices[p].price.has_value();
  }
  const bool limited =
      std::ranges::any_of(fleet.ready.fleet.classes, [](const serve::ServiceClass& service) {
        return service.objective != serve::ServiceObjective{};
      });
  const auto output = static_cast<double>(outcome.counts.output_tokens);
  return {fleet.ready.name,
          fmt::format("{}", outcome.counts.completed),
          fmt::format("{:.0f}", outcome.output_rate().base_units()),
          spread(outcome.latency.ttft),
          spread(outcome.latency.tpot),
          limited ? fmt::format("{:.1f}", 100.0 * outcome.counts.attainment()) : "–",
          fmt::format("{:.2f}", outcome.goodput()),
          fmt::format("{:.0f}", in_service > 0.0 ? 100.0 * busy / in_service : 0.0),
          priced && output > 0.0 ? fmt::format("{:.2f}", 1e6 * outcome.cost().base_units() / output)
                                 : "–",
          fmt::format("{}", fleet.ready.chips())};
}

std::string notes(const ReplayedFleet& fleet) {
  const serve::RunOutcome& outcome = fleet.outcome;
  std::string text;
  for (std::size_t p = 0; p < fleet.ready.choices.size(); ++p) {
    const study::PoolChoice& choice = fleet.ready.choices[p];
    const std::string& name = fleet.ready.choices.size() == 1 ? fleet.ready.name : choice.name;
    text += fmt::format("{}: {} on {} with {}{}\n", name,
                        study::describe(choice, fleet.ready.fleet.pools[p].replicas), choice.system,
                        choice.stack, choice.layout_searched ? ", layout searched" : "");
  }
  const serve::PoolTally tally = outcome.tally();
  std::vector<std::string> facts;
  const auto fact = [&](std::int64_t count, const char* what) {
    if (count > 0) facts.push_back(fmt::format("{} {}", count, what));
  };
  fact(outcome.counts.refused, "refused");
  fact(outcome.counts.too_long, "too long for the cache");
  fact(tally.preemptions, "preemptions");
  fact(outcome.restarts, "restarted after failures");
  fact(fleet.read.requests_clipped, "requests clipped");
  if (fleet.records && fleet.records->events_left_out() > 0) {
    fact(fleet.records->events_left_out(), "events left out of the timeline");
  }
  if (tally.prompt_tokens_cached > 0) {
    const auto cached = static_cast<double>(tally.prompt_tokens_cached);
    facts.push_back(
        fmt::format("{:.0f}% of prompt tokens cached",
                    100.0 * cached / (cached + static_cast<double>(tally.prompt_tokens_computed))));
  }
  if (!facts.empty()) text += fmt::format("  {}\n", fmt::join(facts, ", "));
  if (fleet.size_asked && !fleet.size) text += "  no number of replicas tried keeps the limits\n";
  if (fleet.size) {
    for (const study::PoolSize& pool : fleet.size->pools) {
      text += fmt::format("  {}: {} replicas keep the limits, {} more for failures\n", pool.name,
                          pool.replicas, pool.spares);
    }
  }
  for (const study::LoadPoint& point : fleet.curve) {
    text += fmt::format("  at {:.2f} requests/s: goodput {:.2f}, {:.1f}% kept\n", point.offered,
                        point.goodput, 100.0 * point.attainment);
  }
  return text;
}

}  // namespace

std::string replay_text(const std::string& heading, const std::vector<ReplayedFleet>& fleets,
                        int width) {
  const std::vector<TextColumn> columns{{"fleet"},
                                        {"completed", Align::kRight},
                                        {"out tok/s", Align::kRight},
                                        {"TTFT p50/99 ms", Align::kRight},
                                        {"TPOT p50/99 ms", Align::kRight},
                                        {"kept %", Align::kRight},
                                        {"goodput/s", Align::kRight},
                                        {"busy %", Align::kRight},
                                        {"$/M out", Align::kRight},
                                        {"chips", Align::kRight}};
  std::vector<std::vector<std::string>> rows;
  for (const ReplayedFleet& fleet : fleets) rows.push_back(cells(fleet));
  std::string text = heading + "\n" + text_table(columns, rows, width);
  for (const ReplayedFleet& fleet : fleets) text += notes(fleet);
  return text;
}

}  // namespace offtake::api
