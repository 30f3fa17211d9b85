#include "offtake/findings/replay_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "offtake/findings/replay_timeline.hpp"
#include "offtake/findings/replay_words.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::findings {
namespace {

using namespace literals;
using Limit = std::optional<SimTime> serve::ServiceObjective::*;
using Values = BatchedValues serve::LatencyTally::*;

std::optional<report::LatencyQuantiles> quantiles(const BatchedValues& values) {
  if (values.count() == 0) return std::nullopt;
  const QuantileSketch sketch = values.sketch();
  report::Estimate tail{sketch.quantile(0.99)};
  if (const auto interval = values.quantile_interval(0.99)) {
    tail.band = report::Interval{interval->low, interval->high};
  }
  return report::LatencyQuantiles{sketch.quantile(0.5), sketch.quantile(0.9), tail};
}

std::optional<double> p99(const BatchedValues& values) {
  if (values.count() == 0) return std::nullopt;
  return values.quantile(0.99);
}

/// Even steps, and finer ones in the tail; p50, p90 and p99 are among them.
std::vector<double> cdf_levels() {
  std::vector<double> levels;
  for (int i = 0; i < 50; ++i) levels.push_back(i / 50.0);
  for (const double tail : {0.985, 0.99, 0.993, 0.996, 0.998, 0.999, 1.0}) levels.push_back(tail);
  return levels;
}

std::vector<double> curve(const BatchedValues& values, const std::vector<double>& levels) {
  std::vector<double> at;
  if (values.count() == 0) return at;
  const QuantileSketch sketch = values.sketch();
  for (const double level : levels) at.push_back(sketch.quantile(level));
  return at;
}

/// The limits of the classes, one rule for each value; named by class where they are not one.
std::vector<report::ObjectiveRule> objective_rules(const std::vector<serve::ServiceClass>& classes,
                                                   Limit limit) {
  std::map<SimTime, std::vector<std::string>> named;
  for (const serve::ServiceClass& one : classes) {
    if (const auto& at = one.objective.*limit) named[*at].push_back(one.name);
  }
  std::vector<report::ObjectiveRule> rules;
  for (const auto& [at, names] : named) {
    const double at_s = seconds(at).base_units();
    const std::string whose =
        names.size() == classes.size() ? "objective" : fmt::format("{}", fmt::join(names, ", "));
    rules.push_back({fmt::format("{} {}", whose, report::time_text(at_s)), at_s});
  }
  return rules;
}

struct Latency {
  std::string key;
  std::string name;
  Limit limit;
  Values values;
};

std::string latency_title(const Latency& latency, const report::LatencyView& all,
                          const std::vector<ReplayedFleet>& fleets) {
  if (all.objectives.size() == 1 && all.objectives[0].label.starts_with("objective ")) {
    const double limit = all.objectives[0].at_s;
    const auto shares = figures_of(fleets, [&](const ReplayedFleet& fleet) {
      const BatchedValues& values = fleet.outcome.latency.*latency.values;
      return values.count() == 0 ? std::nullopt : std::optional(values.sketch().share_up_to(limit));
    });
    if (shares.empty()) return latency.name;
    return fmt::format("{} is within {} for {}", latency.name, report::time_text(limit),
                       compared(shares, fleets.size(), share_words));
  }
  const auto tails = figures_of(fleets, [&](const ReplayedFleet& fleet) {
    return p99(fleet.outcome.latency.*latency.values);
  });
  if (tails.empty()) return latency.name;
  return fmt::format("{} p99 is {}", latency.name,
                     compared(tails, fleets.size(), report::time_text));
}

report::LatencyPicture latency_picture(const Latency& latency, const ReplayContext& context,
                                       const std::vector<ReplayedFleet>& fleets) {
  report::LatencyPicture picture{.key = latency.key, .name = latency.name, .levels = cdf_levels()};
  report::LatencyView all{.name = "All",
                          .objectives = objective_rules(context.classes, latency.limit)};
  for (const ReplayedFleet& fleet : fleets) {
    all.at_s.push_back(curve(fleet.outcome.latency.*latency.values, picture.levels));
  }
  picture.text = {.title = latency_title(latency, all, fleets),
                  .subtitle = fmt::format("Share of the completed requests with {} at most x; "
                                          "marks at p50, p90 and p99",
                                          latency.name),
                  .note = latency.key == "tpot" ? "Mean time between the tokens of a request."
                                                : "From arrival to the first token."};
  picture.views.push_back(std::move(all));
  if (context.classes.size() < 2) return picture;
  for (std::size_t c = 0; c < context.classes.size(); ++c) {
    const serve::ServiceClass& one = context.classes[c];
    report::LatencyView view{.name = one.name, .objectives = objective_rules({one}, latency.limit)};
    for (const ReplayedFleet& fleet : fleets) {
      view.at_s.push_back(curve(fleet.outcome.classes[c].latency.*latency.values, picture.levels));
    }
    picture.views.push_back(std::move(view));
  }
  return picture;
}

/// The fleet whose figure is the best, where one is better than all others as printed.
std::optional<std::string> leader(const std::vector<FleetFigure>& figures, bool most_is_best,
                                  const FigureWords& words) {
  if (figures.size() < 2) return std::nullopt;
  const auto better = [&](const FleetFigure& a, const FleetFigure& b) {
    return most_is_best ? a.value < b.value : a.value > b.value;
  };
  const FleetFigure& best = *std::ranges::max_element(figures, better);
  const auto level = std::ranges::count_if(
      figures, [&](const FleetFigure& one) { return words(one.value) == words(best.value); });
  return level == 1 ? std::optional(best.fleet) : std::nullopt;
}

/// Who keeps the most and whose tokens are the cheapest; of one fleet what its chips give.
std::string table_title(const std::vector<ReplayedFleet>& fleets,
                        const std::vector<report::FleetFigures>& figures) {
  const auto all = [&](auto of) {
    std::vector<FleetFigure> found;
    for (std::size_t i = 0; i < fleets.size(); ++i) {
      if (const std::optional<double> value = of(figures[i])) {
        found.push_back({fleets[i].name, *value});
      }
    }
    return found;
  };
  const auto keeps =
      leader(all([](const report::FleetFigures& x) { return x.attainment; }), true, share_words);
  const auto cheap = leader(all([](const report::FleetFigures& x) { return x.usd_per_mtok; }),
                            false, report::money);
  if (keeps && cheap) {
    return *keeps == *cheap
               ? fmt::format(
                     "{} keeps the most requests within their objective, for the least "
                     "money a token",
                     *keeps)
               : fmt::format(
                     "{} keeps the most requests within their objective, {} gives the "
                     "cheapest tokens",
                     *keeps, *cheap);
  }
  if (keeps) return fmt::format("{} keeps the most requests within their objective", *keeps);
  if (cheap) return fmt::format("{} gives the cheapest tokens", *cheap);
  const auto yields =
      all([](const report::FleetFigures& x) { return std::optional(x.output_tokens_per_s_chip); });
  return fmt::format("Output tok/s of a chip: {}", compared(yields, fleets.size(), report::amount));
}

report::FleetTable fleet_table(const ReplayContext& context,
                               const std::vector<ReplayedFleet>& fleets) {
  report::FleetTable table;
  for (const ReplayedFleet& fleet : fleets) table.fleets.push_back(fleet_figures(context, fleet));
  table.text = {
      .title = table_title(fleets, table.fleets),
      .subtitle = "Rates over the whole replay after its warm-up, until the last request has ended",
      .note =
          "Tokens are those of completed requests; chips are those rented, starting and failed "
          "ones included."};
  return table;
}

/// The load at which a fleet keeps the most.
const report::LoadPoint& peak(const ReplayedFleet& fleet) {
  return *std::ranges::max_element(fleet.load, {}, &report::LoadPoint::goodput);
}

std::optional<report::LoadPicture> load_picture(const std::vector<ReplayedFleet>& fleets) {
  report::LoadPicture picture;
  std::vector<std::string> rising;
  for (const ReplayedFleet& fleet : fleets) {
    picture.curves.push_back(fleet.load);
    if (!fleet.load.empty() && &peak(fleet) == &fleet.load.back()) rising.push_back(fleet.name);
  }
  const auto peaks = figures_of(fleets, [](const ReplayedFleet& fleet) {
    return fleet.load.empty() ? std::nullopt : std::optional(peak(fleet).goodput);
  });
  if (peaks.empty()) return std::nullopt;
  picture.text = {
      .title = fmt::format("Highest goodput, requests/s: {}",
                           compared(peaks, fleets.size(), report::amount)),
      .subtitle = "Requests within their objective a second, each point a replay at another load",
      .note = rising.empty() ? ""
                             : fmt::format("The highest load tried gives the most on {}: the peak "
                                           "may lie beyond.",
                                           fmt::join(rising, ", "))};
  return picture;
}

std::optional<double> if_promised(const serve::ServiceClass& one, double figure) {
  return one.objective == serve::ServiceObjective{} ? std::nullopt : std::optional(figure);
}

double per_second(std::int64_t count, Seconds duration) {
  return duration > 0.0_s ? static_cast<double>(count) / duration.in(1.0_s) : 0.0;
}

std::optional<report::ClassTable> class_table(const ReplayContext& context,
                                              const std::vector<ReplayedFleet>& fleets) {
  if (context.classes.size() < 2) return std::nullopt;
  report::ClassTable table{.text = {.title = "By class", .subtitle = "", .note = ""}};
  for (std::size_t c = 0; c < context.classes.size(); ++c) {
    for (const ReplayedFleet& fleet : fleets) {
      const serve::ServiceClass& one = context.classes[c];
      const serve::ClassOutcome& seen = fleet.outcome.classes[c];
      const double goodput = per_second(seen.counts.kept, fleet.outcome.duration());
      table.rows.push_back({.service_class = one.name,
                            .fleet = fleet.name,
                            .objective = objective_words(one.objective),
                            .arrived = seen.counts.arrived,
                            .goodput = if_promised(one, goodput),
                            .attainment = if_promised(one, seen.counts.attainment()),
                            .ttft_p99_s = p99(seen.latency.ttft),
                            .tpot_p99_s = p99(seen.latency.tpot)});
    }
  }
  double least = 2.0;  // More than any share.
  for (const report::ClassFigures& row : table.rows) {
    if (row.attainment.value_or(least) >= least) continue;
    least = row.attainment.value_or(least);
    table.text.title =
        fmt::format("{} keeps its objective least, for {} of its requests{}", row.service_class,
                    share_words(least), fleets.size() > 1 ? fmt::format(" on {}", row.fleet) : "");
  }
  return table;
}

}  // namespace

report::FleetFigures fleet_figures(const ReplayContext& context, const ReplayedFleet& fleet) {
  const serve::RunOutcome& outcome = fleet.outcome;
  ChipHours rented;
  SimTime in_service;
  report::FleetFigures figures{.words = fleet.words,
                               .arrived = outcome.counts.arrived,
                               .refused = outcome.counts.refused,
                               .too_long = outcome.counts.too_long,
                               .restarts = outcome.restarts,
                               .requests_per_s = outcome.requests_per_second(),
                               .ttft = quantiles(outcome.latency.ttft),
                               .tpot = quantiles(outcome.latency.tpot),
                               .e2e = quantiles(outcome.latency.e2e)};
  double cache_used = 0;
  for (std::size_t p = 0; p < outcome.pools.size(); ++p) {
    const serve::PoolOutcome& pool = outcome.pools[p];
    rented += seconds(pool.rented) * Chips::in_base_units(fleet.pool_chips[p]);
    in_service += pool.in_service;
    figures.chips_most += pool.replicas_most * fleet.pool_chips[p];
    cache_used = std::max(cache_used, pool.cache_used);
  }
  if (outcome.duration() > 0.0_s) {
    figures.chips_mean = (rented / outcome.duration()).base_units();
  }
  if (figures.chips_mean > 0) {
    figures.output_tokens_per_s_chip = outcome.output_rate().base_units() / figures.chips_mean;
  }
  const serve::PoolTally tally = outcome.tally();
  figures.preemptions = tally.preemptions;
  figures.cache_used = cache_used;
  if (in_service > SimTime{}) figures.utilization = seconds(tally.busy) / seconds(in_service);
  if (promises_any(context.classes) && outcome.counts.arrived > 0) {
    figures.goodput = outcome.goodput();
    figures.attainment = outcome.counts.attainment();
  }
  const double mega_tokens = static_cast<double>(outcome.counts.output_tokens) / 1e6;
  const Joules energy = outcome.energy();
  const Dollars cost = outcome.cost();
  if (mega_tokens > 0 && energy > Joules{}) {
    figures.kwh_per_mtok = energy.in(1.0_kWh) / mega_tokens;
  }
  if (mega_tokens > 0 && cost > Dollars{}) {
    figures.usd_per_mtok = cost.in(1.0_USD) / mega_tokens;
  }
  if (rented > ChipHours{} && cost > Dollars{}) {
    figures.usd_per_chip_h = (cost / rented).in(1.0_USD_per_chip_h);
  }
  return figures;
}

report::ReplaySection replay_section(const ReplayContext& context,
                                     const std::vector<ReplayedFleet>& fleets) {
  report::ReplaySection section;
  for (const ReplayedFleet& fleet : fleets) section.fleets.push_back({fleet.name, fleet.family});
  section.table = fleet_table(context, fleets);
  section.ttft =
      latency_picture({"ttft", "TTFT", &serve::ServiceObjective::ttft, &serve::LatencyTally::ttft},
                      context, fleets);
  section.tpot =
      latency_picture({"tpot", "TPOT", &serve::ServiceObjective::tpot, &serve::LatencyTally::tpot},
                      context, fleets);
  section.load = load_picture(fleets);
  section.occupancy = occupancy_picture(fleets);
  section.attainment = attainment_picture(context, fleets);
  section.classes = class_table(context, fleets);
  return section;
}

}  // namespace offtake::findings
