#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

std::string layer_name(const FleetLayer& layer) {
  std::string name = layer.supplier;
  if (!layer.system.empty()) name += " · " + layer.system;
  if (layer.optional) name += ", if signed";
  return name;
}

double peak(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::ranges::max_element(values);
}

std::string fleet_summary(const FleetSection& section) {
  if (section.views.empty() || section.layers.empty() || section.steps.labels.empty()) return "";
  const FleetView& view = section.views.front();
  const auto largest =
      std::ranges::max_element(view.supply, {}, [](const auto& layer) { return peak(layer); });
  const FleetLayer& layer = section.layers[static_cast<std::size_t>(largest - view.supply.begin())];
  std::string summary = fmt::format("The largest layer is {}, at most {} {}.", layer_name(layer),
                                    amount(peak(*largest)), view.unit);
  if (!view.demand) return summary;
  for (std::size_t step = 0; step < section.steps.labels.size(); ++step) {
    double supply = 0;
    for (const auto& values : view.supply) supply += values[step];
    if (supply < view.demand->median[step]) {
      return summary + fmt::format(" Supply first falls below median demand in {}: {} against {}.",
                                   section.steps.labels[step], amount(supply),
                                   amount(view.demand->median[step]));
    }
  }
  return summary + " Supply is never below median demand.";
}

std::string fleet_table(const FleetSection& section) {
  if (section.views.empty()) return "";
  const FleetView& view = section.views.front();
  std::vector<Column> columns{{"Step"}};
  for (const FleetLayer& layer : section.layers) columns.push_back({layer_name(layer), true});
  if (view.demand) {
    for (const char* const name : {"Demand P10", "Demand median", "Demand P90"}) {
      columns.push_back({name, true});
    }
  }
  std::vector<std::vector<Cell>> rows;
  for (std::size_t step = 0; step < section.steps.labels.size(); ++step) {
    std::vector<Cell> row{text_cell(section.steps.labels[step])};
    const auto add = [&](double value) { row.push_back(number_cell(value, amount(value))); };
    for (const auto& layer : view.supply) add(layer[step]);
    if (view.demand) {
      add(view.demand->p10[step]);
      add(view.demand->median[step]);
      add(view.demand->p90[step]);
    }
    rows.push_back(std::move(row));
  }
  return table_markup("plain", fmt::format("Fleet and demand, {}", view.unit), columns, rows);
}

}  // namespace

std::string fleet_markup(const FleetSection& section) {
  return chart_figure({.id = "figure-fleet",
                       .text = section.text,
                       .summary = fleet_summary(section),
                       .table = fleet_table(section)});
}

std::string need_markup(const NeedSection& section) {
  MoneyColumn column;
  for (const Estimate& need : section.need_usd) column.hold(need.value);
  const MoneyUnit unit = column.unit();
  std::vector<Column> columns{
      {"Year"}, {"Need, " + unit.name, true}, {"80% band", true}, {"Signed, " + unit.name, true}};
  for (const auto& layer : section.layers)
    columns.push_back({fmt::format("{}, {}", layer.supplier, unit.name), true});
  std::vector<std::vector<Cell>> rows;
  double need_sum = 0;
  double signed_sum = 0;
  for (std::size_t year = 0; year < section.years.size(); ++year) {
    const Estimate& need = section.need_usd[year];
    double total = 0;
    for (const auto& layer : section.layers) total += layer.usd[year];
    need_sum += need.value;
    signed_sum += total;
    std::vector<Cell> row{
        text_cell(fmt::format("{}", section.years[year])),
        number_cell(need.value, unit.figure(need.value)),
        text_cell(need.band ? range(unit.figure(need.band->low), unit.figure(need.band->high))
                            : kMissing),
        number_cell(total, unit.figure(total))};
    for (const auto& layer : section.layers) {
      row.push_back(number_cell(layer.usd[year], unit.figure(layer.usd[year])));
    }
    rows.push_back(std::move(row));
  }
  const std::string summary =
      fmt::format("Over all years {} is signed of {} needed.", money(signed_sum), money(need_sum));
  return chart_figure({.id = "figure-need",
                       .text = section.text,
                       .summary = summary,
                       .table = table_markup("plain", section.text.title, columns, rows)});
}

}  // namespace offtake::report
