#include "offtake/findings/replay_timeline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/findings/replay_words.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using serve::Occupancy;
using serve::RequestCounts;

/// More than a picture can show apart.
constexpr std::int64_t kPeriodsMost = 160;

/// Periods double as rows grow, so the longest is a multiple of all; it is doubled further until
/// there are few enough of it.
template <class Row>
SimTime common_period(const std::vector<const serve::TimeRows<Row>*>& all) {
  SimTime period;
  SimTime span;
  for (const auto* rows : all) {
    period = std::max(period, rows->period());
    span =
        std::max(span, SimTime{rows->period().ns * static_cast<std::int64_t>(rows->rows().size())});
  }
  while (span.ns > kPeriodsMost * period.ns) period += period;
  return period;
}

/// Rows of `period`, each the sum of those in it.
template <class Row>
std::vector<Row> joined(const serve::TimeRows<Row>& rows, SimTime period) {
  expects(period.ns % rows.period().ns == 0, "a period holds whole rows");
  const auto each = static_cast<std::size_t>(period.ns / rows.period().ns);
  expects(each > 0, "a period holds a row");
  std::vector<Row> sums((rows.rows().size() + each - 1) / each);
  for (std::size_t i = 0; i < rows.rows().size(); ++i) sums[i / each] += rows.rows()[i];
  return sums;
}

/// The means of one period: sums over pools, and the fullest cache.
struct Moment {
  double waiting = 0;
  double decoding = 0;
  double replicas = 0;
  double cache = 0;
};

report::OccupancyLines lines_of(const ReplayedFleet& fleet, SimTime period) {
  std::vector<std::optional<Moment>> moments;
  for (const serve::PoolOutcome& pool : fleet.outcome.pools) {
    const std::vector<Occupancy> rows = joined(pool.occupancy, period);
    if (moments.size() < rows.size()) moments.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].samples == 0) continue;
      if (!moments[i]) moments[i].emplace();
      moments[i]->waiting += rows[i].waiting / rows[i].samples;
      moments[i]->decoding += rows[i].decoding / rows[i].samples;
      moments[i]->replicas += rows[i].in_service / rows[i].samples;
      moments[i]->cache = std::max(moments[i]->cache, rows[i].cache_used / rows[i].samples);
    }
  }
  report::OccupancyLines lines;
  const auto line = [&](double Moment::* of) {
    std::vector<std::optional<double>> values;
    for (const auto& moment : moments) {
      values.push_back(moment ? std::optional((*moment).*of) : std::nullopt);
    }
    return values;
  };
  lines.waiting = line(&Moment::waiting);
  lines.decoding = line(&Moment::decoding);
  lines.replicas = line(&Moment::replicas);
  lines.cache = line(&Moment::cache);
  return lines;
}

double largest(const std::vector<std::optional<double>>& values) {
  double most = 0;
  for (const auto& value : values) most = std::max(most, value.value_or(0));
  return most;
}

std::string capital(std::string text) {
  if (!text.empty() && 'a' <= text.front() && text.front() <= 'z') text.front() -= 'a' - 'A';
  return text;
}

report::FigureText occupancy_text(const std::vector<ReplayedFleet>& fleets,
                                  const report::OccupancyPicture& picture, SimTime period) {
  std::vector<FleetFigure> waiting;
  std::vector<FleetFigure> cache;
  for (std::size_t i = 0; i < fleets.size(); ++i) {
    waiting.push_back({fleets[i].name, largest(picture.fleets[i].waiting)});
    cache.push_back({fleets[i].name, largest(picture.fleets[i].cache)});
  }
  const auto requests = [](double value) {
    return fmt::format("{} request{}", report::whole_number(value), value < 1.5 ? "" : "s");
  };
  const bool none = std::ranges::all_of(waiting, [](const auto& one) { return one.value < 0.5; });
  return {.title =
              none ? "Fewer than one request waits at a time"
                   : fmt::format("Waiting at most: {}", compared(waiting, fleets.size(), requests)),
          .subtitle = fmt::format("Means over each {}, all pools of a fleet together",
                                  period_words(period)),
          .note = fmt::format("The fullest cache is filled to {}.",
                              compared(cache, fleets.size(), share_words))};
}

/// Where the smallest share of a fleet's requests is kept, among periods with at least half the
/// mean of arrivals: in a period of few requests a single one weighs too much.
std::optional<std::size_t> worst_period(const std::vector<RequestCounts>& periods) {
  std::int64_t arrived = 0;
  std::int64_t with_any = 0;
  for (const RequestCounts& one : periods) {
    arrived += one.arrived;
    with_any += one.arrived > 0 ? 1 : 0;
  }
  std::optional<std::size_t> worst;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    if (periods[i].arrived == 0 || 2 * periods[i].arrived * with_any < arrived) continue;
    if (!worst || periods[i].attainment() < periods[*worst].attainment()) worst = i;
  }
  return worst;
}

/// Requests a second that are counted, over the part of each period after the warm-up.
std::vector<std::optional<double>> arrival_rates(const std::vector<RequestCounts>& periods,
                                                 SimTime period, SimTime warm_up) {
  std::vector<std::optional<double>> rates;
  for (std::size_t i = 0; i < periods.size(); ++i) {
    const SimTime begin{static_cast<std::int64_t>(i) * period.ns};
    const SimTime counted = begin + period - std::max(begin, warm_up);
    rates.push_back(counted > SimTime{} ? std::optional(static_cast<double>(periods[i].arrived) /
                                                        seconds(counted).base_units())
                                        : std::nullopt);
  }
  return rates;
}

report::FigureText attainment_text(const std::vector<ReplayedFleet>& fleets,
                                   const std::vector<std::vector<RequestCounts>>& periods,
                                   SimTime period) {
  std::vector<FleetFigure> shares;
  std::string places;
  for (std::size_t i = 0; i < fleets.size(); ++i) {
    const auto worst = worst_period(periods[i]);
    if (!worst) continue;
    const RequestCounts& counts = periods[i][*worst];
    shares.push_back({fleets[i].name, counts.attainment()});
    if (counts.kept == counts.arrived) continue;
    if (!places.empty()) places += "; ";
    places += fmt::format("{}from minute {}, {} of {} requests",
                          fleets.size() > 1 ? fmt::format("on {} ", fleets[i].name) : "",
                          static_cast<std::int64_t>(*worst) * (period.ns / 60'000'000'000),
                          report::whole_number(static_cast<double>(counts.kept)),
                          report::whole_number(static_cast<double>(counts.arrived)));
  }
  const std::string words = period_words(period);
  return {
      .title = fmt::format("The worst {} keep{} {}", words, period.ns > 60'000'000'000 ? "" : "s",
                           compared(shares, fleets.size(), share_words)),
      .subtitle = fmt::format(
          "Share of the requests that arrive in each {} that are within their objective", words),
      .note = (places.empty() ? "" : capital(places) + ". ") +
              "The first and the last one may be cut short; ones with less than half the mean "
              "of arrivals are not called worst."};
}

}  // namespace

std::optional<report::OccupancyPicture> occupancy_picture(
    const std::vector<ReplayedFleet>& fleets) {
  std::vector<const serve::TimeRows<Occupancy>*> all;
  SimTime warm_up;
  for (const ReplayedFleet& fleet : fleets) {
    for (const auto& pool : fleet.outcome.pools) all.push_back(&pool.occupancy);
    warm_up = std::max(warm_up, fleet.outcome.begun);
  }
  if (std::ranges::all_of(all, [](const auto* rows) { return rows->rows().empty(); })) {
    return std::nullopt;
  }
  const SimTime period = common_period(all);
  report::OccupancyPicture picture{.period_s = seconds(period).base_units(),
                                   .warm_up_s = seconds(warm_up).base_units()};
  for (const ReplayedFleet& fleet : fleets) picture.fleets.push_back(lines_of(fleet, period));
  picture.text = occupancy_text(fleets, picture, period);
  return picture;
}

std::optional<report::AttainmentPicture> attainment_picture(
    const ReplayContext& context, const std::vector<ReplayedFleet>& fleets) {
  if (!promises_any(context.classes)) return std::nullopt;
  std::vector<const serve::TimeRows<RequestCounts>*> all;
  std::size_t count = 0;
  for (const ReplayedFleet& fleet : fleets) all.push_back(&fleet.outcome.minutes);
  const SimTime period = common_period(all);
  std::vector<std::vector<RequestCounts>> periods;
  for (const auto* rows : all) {
    periods.push_back(joined(*rows, period));
    count = std::max(count, periods.back().size());
  }
  if (count == 0) return std::nullopt;
  report::AttainmentPicture picture{.text = attainment_text(fleets, periods, period),
                                    .period_s = seconds(period).base_units()};
  for (std::size_t i = 0; i < fleets.size(); ++i) {
    periods[i].resize(count);
    picture.arrivals_per_s.push_back(arrival_rates(periods[i], period, fleets[i].outcome.begun));
    auto& shares = picture.attainment.emplace_back();
    for (const RequestCounts& row : periods[i]) {
      shares.push_back(row.arrived > 0 ? std::optional(row.attainment()) : std::nullopt);
    }
  }
  const auto& first = picture.arrivals_per_s.front();
  if (std::ranges::all_of(picture.arrivals_per_s, [&](const auto& one) { return one == first; })) {
    picture.arrivals_per_s.resize(1);
  }
  return picture;
}

}  // namespace offtake::findings
