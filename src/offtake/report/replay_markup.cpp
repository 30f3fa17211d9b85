#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

/// How the figures of a row are printed.
enum class Form {
  kCount,    ///< Whole.
  kMishaps,  ///< Whole, and the row is left out where no fleet has any.
  kShare,    ///< In per cent, with one decimal.
  kMoney,    ///< With two decimals.
  kFigure,   ///< With three figures of the smallest.
};

/// A row of the table of fleets.
struct Measure {
  std::string name;
  Form form;
  std::function<std::optional<Estimate>(const FleetFigures&)> of;
  double unit = 1;  ///< The figure is printed over it.
};

std::optional<Estimate> known(std::optional<double> value) {
  if (!value) return std::nullopt;
  return Estimate{*value};
}

std::optional<Estimate> count(std::int64_t events) { return Estimate{static_cast<double>(events)}; }

void add_latency(std::vector<Measure>& measures, std::string_view name, std::string_view unit_name,
                 double unit, std::optional<LatencyQuantiles> FleetFigures::* of) {
  const auto add = [&](std::string_view quantile, auto figure) {
    measures.push_back({fmt::format("{} {}, {}", name, quantile, unit_name), Form::kFigure,
                        [of, figure](const FleetFigures& fleet) -> std::optional<Estimate> {
                          if (!(fleet.*of)) return std::nullopt;
                          return figure(*(fleet.*of));
                        },
                        unit});
  };
  add("p50", [](const LatencyQuantiles& q) { return Estimate{q.p50}; });
  add("p90", [](const LatencyQuantiles& q) { return Estimate{q.p90}; });
  add("p99", [](const LatencyQuantiles& q) { return q.p99; });
}

std::vector<Measure> measures() {
  using Fleet = const FleetFigures&;
  std::vector<Measure> rows{
      {"Chips, mean", Form::kFigure, [](Fleet x) { return known(x.chips_mean); }},
      {"Chips, most", Form::kCount, [](Fleet x) { return count(x.chips_most); }},
      {"Requests arrived", Form::kCount, [](Fleet x) { return count(x.arrived); }},
      {"Requests refused", Form::kMishaps, [](Fleet x) { return count(x.refused); }},
      {"Requests too long for a cache", Form::kMishaps, [](Fleet x) { return count(x.too_long); }},
      {"Requests begun anew", Form::kMishaps, [](Fleet x) { return count(x.restarts); }},
      {"Within the objective, %", Form::kShare, [](Fleet x) { return known(x.attainment); }, 0.01},
      {"Goodput, requests/s", Form::kFigure, [](Fleet x) { return known(x.goodput); }},
      {"Completed, requests/s", Form::kFigure, [](Fleet x) { return known(x.requests_per_s); }},
      {"Output, tok/s/chip", Form::kFigure,
       [](Fleet x) { return known(x.output_tokens_per_s_chip); }}};
  add_latency(rows, "TTFT", "s", 1, &FleetFigures::ttft);
  add_latency(rows, "TPOT", "ms", 1e-3, &FleetFigures::tpot);
  add_latency(rows, "End to end", "s", 1, &FleetFigures::e2e);
  const std::vector<Measure> use{
      {"Replicas busy, % of time", Form::kShare, [](Fleet x) { return known(x.utilization); },
       0.01},
      {"Cache used, %", Form::kShare, [](Fleet x) { return known(x.cache_used); }, 0.01},
      {"Preemptions", Form::kCount, [](Fleet x) { return count(x.preemptions); }},
      {"Energy, kWh/M output tok", Form::kFigure, [](Fleet x) { return known(x.kwh_per_mtok); }},
      {"$/chip/h", Form::kMoney, [](Fleet x) { return known(x.usd_per_chip_h); }},
      {"$/M output tok", Form::kMoney, [](Fleet x) { return known(x.usd_per_mtok); }}};
  rows.insert(rows.end(), use.begin(), use.end());
  return rows;
}

/// For three figures of the smallest that is not zero.
int figure_decimals(const std::vector<double>& values) {
  double smallest = 0;
  for (const double value : values) {
    if (value != 0 && (smallest == 0 || std::abs(value) < smallest)) smallest = std::abs(value);
  }
  if (smallest >= 100) return 0;
  if (smallest >= 10) return 1;
  return smallest >= 1 ? 2 : 3;
}

int decimals_of(Form form, const std::vector<double>& values) {
  switch (form) {
    case Form::kShare:
      return 1;
    case Form::kMoney:
      return 2;
    case Form::kFigure:
      return figure_decimals(values);
    default:
      return 0;
  }
}

Cell estimate_cell(const std::optional<Estimate>& figure, double unit, int decimals) {
  if (!figure) return number_cell(std::nullopt, "");
  const auto text = [&](double value) {
    return decimals == 0 ? whole_number(value / unit) : fixed_number(value / unit, decimals);
  };
  Cell cell = number_cell(figure->value, text(figure->value));
  cell.attributes = " class=\"number\"";
  if (figure->band) {
    cell.markup += fmt::format("<span class=\"within\">{}</span>",
                               escaped(range(text(figure->band->low), text(figure->band->high))));
  }
  return cell;
}

/// Nothing where no fleet has the figure.
std::optional<std::vector<Cell>> row_of(const Measure& measure, const FleetTable& table) {
  std::vector<std::optional<Estimate>> figures;
  std::vector<double> printed;
  bool with_band = false;
  for (const FleetFigures& fleet : table.fleets) {
    const std::optional<Estimate> figure = measure.of(fleet);
    figures.push_back(figure);
    if (!figure) continue;
    printed.push_back(figure->value / measure.unit);
    with_band = with_band || figure->band.has_value();
  }
  const bool all_zero = std::ranges::all_of(printed, [](double value) { return value == 0; });
  if (printed.empty() || (measure.form == Form::kMishaps && all_zero)) return std::nullopt;
  const int decimals = decimals_of(measure.form, printed);
  std::vector<Cell> row{text_cell(measure.name)};
  if (with_band) row.front().markup += "<span class=\"within\">95% interval</span>";
  for (const auto& figure : figures) row.push_back(estimate_cell(figure, measure.unit, decimals));
  return row;
}

std::vector<Column> fleet_columns(std::string_view head, const std::vector<ReplayFleet>& fleets) {
  std::vector<Column> columns{{std::string(head)}};
  for (const ReplayFleet& fleet : fleets) columns.push_back({fleet.name, true});
  return columns;
}

/// Seconds from the begin of the trace.
std::string seconds_text(double seconds) { return short_number(seconds, 0); }

std::string share_percent(double share) { return fixed_number(100 * share, 1); }

Cell share_cell(const std::optional<double>& share) {
  return number_cell(share, share ? share_percent(*share) : "");
}

std::vector<std::vector<Cell>> latency_rows(const LatencyPicture& picture) {
  std::vector<std::vector<Cell>> rows;
  for (std::size_t level = 0; level < picture.levels.size(); ++level) {
    std::vector<Cell> row{text_cell(short_number(100 * picture.levels[level], 2))};
    for (const std::vector<double>& curve : picture.views.front().at_s) {
      if (curve.empty()) {
        row.push_back(number_cell(std::nullopt, ""));
      } else {
        row.push_back(number_cell(curve[level], fixed_number(1e3 * curve[level], 1)));
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string fleet_table_markup(const ReplaySection& section) {
  std::vector<std::vector<Cell>> rows;
  rows.push_back({text_cell("Fleet")});
  for (const FleetFigures& fleet : section.table.fleets) {
    rows.back().push_back({.markup = escaped(fleet.words), .attributes = " class=\"words\""});
  }
  for (const Measure& measure : measures()) {
    if (auto row = row_of(measure, section.table)) rows.push_back(std::move(*row));
  }
  const FigureText& text = section.table.text;
  return table_figure(
      "table-fleets", text,
      scrolling(text.title, table_markup("fleets", text.title,
                                         fleet_columns("Measure", section.fleets), rows)));
}

std::string latency_markup(const std::vector<ReplayFleet>& fleets, const LatencyPicture& picture) {
  return chart_figure(
      {.id = "figure-" + picture.key,
       .text = picture.text,
       .summary = picture.text.title,
       .table =
           table_markup("plain", picture.text.title,
                        fleet_columns(fmt::format("% of requests; {} in ms", picture.name), fleets),
                        latency_rows(picture))});
}

std::string load_markup(const std::vector<ReplayFleet>& fleets, const LoadPicture& picture) {
  std::vector<std::vector<Cell>> rows;
  for (std::size_t fleet = 0; fleet < fleets.size(); ++fleet) {
    for (const LoadPoint& point : picture.curves[fleet]) {
      rows.push_back({text_cell(fleets[fleet].name),
                      number_cell(point.rate, fixed_number(point.rate, 2)),
                      number_cell(point.goodput, fixed_number(point.goodput, 2)),
                      share_cell(point.attainment)});
    }
  }
  const FigureText& text = picture.text;
  return chart_figure({.id = "figure-load",
                       .text = text,
                       .summary = text.title,
                       .table = table_markup("plain", text.title,
                                             {{"Fleet"},
                                              {"Offered, requests/s", true},
                                              {"Goodput, requests/s", true},
                                              {"Within the objective, %", true}},
                                             rows)});
}

std::string occupancy_markup(const std::vector<ReplayFleet>& fleets,
                             const OccupancyPicture& picture) {
  std::vector<std::vector<Cell>> rows;
  const auto number = [](const std::optional<double>& value) {
    return number_cell(value, value ? fixed_number(*value, 1) : "");
  };
  for (std::size_t fleet = 0; fleet < fleets.size(); ++fleet) {
    const OccupancyLines& lines = picture.fleets[fleet];
    for (std::size_t at = 0; at < lines.waiting.size(); ++at) {
      rows.push_back({text_cell(fleets[fleet].name),
                      number_cell(static_cast<double>(at) * picture.period_s,
                                  seconds_text(static_cast<double>(at) * picture.period_s)),
                      number(lines.waiting[at]), number(lines.decoding[at]),
                      number(lines.replicas[at]), share_cell(lines.cache[at])});
    }
  }
  return chart_figure({.id = "figure-occupancy",
                       .text = picture.text,
                       .summary = picture.text.title,
                       .table = table_markup("plain", picture.text.title,
                                             {{"Fleet"},
                                              {"From, s", true},
                                              {"Waiting, requests", true},
                                              {"Decoding, sequences", true},
                                              {"Replicas in service", true},
                                              {"Cache used, %", true}},
                                             rows)});
}

std::string attainment_markup(const std::vector<ReplayFleet>& fleets,
                              const AttainmentPicture& picture) {
  std::vector<Column> columns = fleet_columns("From, s; within the objective in %", fleets);
  const std::size_t arrivals = picture.arrivals_per_s.size();
  for (std::size_t fleet = 0; fleet < arrivals; ++fleet) {
    const std::string of = arrivals > 1 ? " on " + fleets[fleet].name : "";
    columns.push_back({fmt::format("Arrivals{}, requests/s", of), true});
  }
  std::vector<std::vector<Cell>> rows;
  for (std::size_t at = 0; at < picture.attainment.front().size(); ++at) {
    std::vector<Cell> row{text_cell(seconds_text(static_cast<double>(at) * picture.period_s))};
    for (const auto& fleet : picture.attainment) row.push_back(share_cell(fleet[at]));
    for (const auto& fleet : picture.arrivals_per_s) {
      const std::optional<double>& rate = fleet[at];
      row.push_back(number_cell(rate, rate ? fixed_number(*rate, 2) : ""));
    }
    rows.push_back(std::move(row));
  }
  return chart_figure({.id = "figure-attainment",
                       .text = picture.text,
                       .summary = picture.text.title,
                       .table = table_markup("plain", picture.text.title, columns, rows)});
}

std::string class_markup(const ClassTable& table) {
  std::vector<std::vector<Cell>> rows;
  const auto figure = [](const std::optional<double>& value, double unit, int decimals) {
    return number_cell(value, value ? fixed_number(*value / unit, decimals) : "");
  };
  for (const ClassFigures& row : table.rows) {
    rows.push_back({text_cell(row.service_class), text_cell(row.fleet), text_cell(row.objective),
                    number_cell(static_cast<double>(row.arrived),
                                whole_number(static_cast<double>(row.arrived))),
                    share_cell(row.attainment), figure(row.goodput, 1, 2),
                    figure(row.ttft_p99_s, 1, 2), figure(row.tpot_p99_s, 1e-3, 1)});
  }
  return table_figure("table-classes", table.text,
                      scrolling(table.text.title, table_markup("plain", table.text.title,
                                                               {{"Class"},
                                                                {"Fleet"},
                                                                {"Objective"},
                                                                {"Requests", true},
                                                                {"Within it, %", true},
                                                                {"Goodput, requests/s", true},
                                                                {"TTFT p99, s", true},
                                                                {"TPOT p99, ms", true}},
                                                               rows)));
}

}  // namespace offtake::report
