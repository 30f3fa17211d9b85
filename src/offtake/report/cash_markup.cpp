#include <fmt/format.h>

#include <algorithm>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

std::string cash_summary(const CashSection& section) {
  if (section.median_usd.empty()) return "";
  const auto lowest = std::ranges::min_element(section.median_usd);
  const auto step = static_cast<std::size_t>(lowest - section.median_usd.begin());
  std::string summary =
      fmt::format("The median is lowest in {}, at {}.", section.steps.labels[step], money(*lowest));
  const auto likeliest = std::ranges::max_element(section.first_shortfall_share);
  if (likeliest != section.first_shortfall_share.end() && *likeliest > 0) {
    const auto when = static_cast<std::size_t>(likeliest - section.first_shortfall_share.begin());
    summary += fmt::format(" Cash first runs out most often in {}, in {}% of paths.",
                           section.steps.labels[when], percent(*likeliest));
  }
  return summary;
}

std::string cash_table(const CashSection& section) {
  MoneyColumn column;
  column.hold(section.p5_usd);
  column.hold(section.p95_usd);
  const MoneyUnit unit = column.unit();
  std::vector<Column> columns{{"Quarter"},
                              {"P5, " + unit.name, true},
                              {"P25, " + unit.name, true},
                              {"Median, " + unit.name, true},
                              {"P75, " + unit.name, true},
                              {"P95, " + unit.name, true},
                              {"First shortfall, % of paths", true}};
  for (const ScenarioLine& line : section.scenarios)
    columns.push_back({fmt::format("{}, {}", line.name, unit.name), true});
  std::vector<std::vector<Cell>> rows;
  for (std::size_t step = 0; step < section.steps.labels.size(); ++step) {
    std::vector<Cell> row{text_cell(section.steps.labels[step])};
    for (const auto* const line : {&section.p5_usd, &section.p25_usd, &section.median_usd,
                                   &section.p75_usd, &section.p95_usd}) {
      row.push_back(number_cell((*line)[step], unit.figure((*line)[step])));
    }
    const double share = section.first_shortfall_share[step];
    row.push_back(number_cell(share, percent(share)));
    for (const ScenarioLine& line : section.scenarios) {
      row.push_back(number_cell(line.cash_usd[step], unit.figure(line.cash_usd[step])));
    }
    rows.push_back(std::move(row));
  }
  return table_markup("plain", section.text.title, columns, rows);
}

std::string share_with_error(const Estimate& share) {
  const std::string band =
      share.band ? fmt::format("<span class=\"within\">{}</span>",
                               range(percent(share.band->low), percent(share.band->high)))
                 : "";
  return percent(share.value) + band;
}

}  // namespace

std::string cash_markup(const CashSection& section) {
  return chart_figure({.id = "figure-cash",
                       .text = section.text,
                       .summary = cash_summary(section),
                       .table = cash_table(section)});
}

std::string raise_markup(const RaiseSection& section) {
  MoneyColumn column;
  for (const RaiseCurve& curve : section.curves) column.hold(curve.minimum_usd);
  const MoneyUnit unit = column.unit();
  std::vector<Column> columns{{"Bills paid to"}};
  for (const RaiseCurve& curve : section.curves) {
    columns.push_back(
        {fmt::format("{}% of paths, {}", short_number(100 * curve.confidence), unit.name), true});
  }
  std::vector<std::vector<Cell>> rows;
  for (std::size_t end = 0; end < section.ends.size(); ++end) {
    std::vector<Cell> row{text_cell(fmt::format("{:.2f}", section.ends[end]))};
    for (const RaiseCurve& curve : section.curves) {
      row.push_back(number_cell(curve.minimum_usd[end], unit.figure(curve.minimum_usd[end])));
    }
    rows.push_back(std::move(row));
  }
  std::string summary;
  for (const RaiseCurve& curve : section.curves) {
    if (curve.minimum_usd.empty()) continue;
    summary += fmt::format("In {}% of paths, from {} to {}. ", short_number(100 * curve.confidence),
                           money(curve.minimum_usd.front()), money(curve.minimum_usd.back()));
  }
  return chart_figure({.id = "figure-raise",
                       .text = section.text,
                       .summary = summary,
                       .table = table_markup("plain", section.text.title, columns, rows)});
}

std::string funding_rule_markup(const FundingRuleSection& section) {
  MoneyColumn column;
  for (const FundingRuleRow& row : section.rows) {
    if (row.minimum_raise_usd) column.hold(row.minimum_raise_usd->value);
    column.hold(row.expected_shortfall_usd);
  }
  const MoneyUnit unit = column.unit();
  const bool shortfall = std::ranges::any_of(section.rows, [](const FundingRuleRow& row) {
    return row.expected_shortfall_usd.has_value();
  });
  std::vector<std::vector<Cell>> rows;
  for (const FundingRuleRow& row : section.rows) {
    const std::string used = row.used ? " <span class=\"pill\">used here</span>" : "";
    rows.push_back(
        {{.markup = fmt::format("<b>{}</b>{}<span class=\"within\">{}</span>", escaped(row.rule),
                                used, escaped(row.explanation))},
         {.markup = share_with_error(row.paid_on_time), .value = row.paid_on_time.value},
         number_cell(
             row.minimum_raise_usd ? std::optional{row.minimum_raise_usd->value} : std::nullopt,
             row.minimum_raise_usd ? unit.figure(row.minimum_raise_usd->value) : "")});
    if (shortfall) {
      rows.back().push_back(number_cell(row.expected_shortfall_usd,
                                        unit.figure(row.expected_shortfall_usd.value_or(0))));
    }
  }
  std::vector<Column> columns{{"May raise"}, {"On time, %", true}, {"Raise, " + unit.name, true}};
  if (shortfall) columns.push_back({"Shortfall, " + unit.name, true});
  return table_figure("figure-funding-rules", section.text,
                      table_markup("plain", section.text.title, columns, rows));
}

}  // namespace offtake::report
