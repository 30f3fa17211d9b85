#include <fmt/format.h>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

std::string price(double usd) { return fixed_number(usd, 2); }

}  // namespace

std::string token_cost_markup(const TokenCostSection& section) {
  std::vector<std::vector<Cell>> rows;
  for (const TokenCostRow& row : section.rows) {
    const auto& [value, band] = row.usd_per_million_tokens;
    rows.push_back({text_cell(row.system), text_cell(row.family), number_cell(value, price(value)),
                    text_cell(band ? range(price(band->low), price(band->high)) : kMissing),
                    number_cell(row.measurements, fmt::format("{}", row.measurements))});
  }
  std::string summary;
  if (!section.rows.empty()) {
    const TokenCostRow& first = section.rows.front();
    const TokenCostRow& last = section.rows.back();
    summary = fmt::format("From ${} on {} to ${} on {} per million output tokens.",
                          price(first.usd_per_million_tokens.value), first.system,
                          price(last.usd_per_million_tokens.value), last.system);
  }
  return chart_figure({.id = "figure-token-cost",
                       .text = section.text,
                       .summary = summary,
                       .table = table_markup("plain", section.text.title,
                                             {{"System"},
                                              {"Family"},
                                              {"$/Mtok", true},
                                              {"80% band", true},
                                              {"Measured points", true}},
                                             rows)});
}

std::string cost_risk_markup(const CostRiskSection& section) {
  MoneyColumn column;
  column.hold(section.plan.expected_cost_usd);
  column.hold(section.plan.cvar_usd);
  const MoneyUnit unit = column.unit();
  std::vector<std::vector<Cell>> rows;
  const auto add = [&](const std::string& name, double cost, double cvar) {
    rows.push_back({text_cell(name), number_cell(cost, unit.figure(cost)),
                    number_cell(cvar, unit.figure(cvar))});
  };
  add(section.plan.name, section.plan.expected_cost_usd, section.plan.cvar_usd);
  for (const CostRiskPoint& point : section.baselines) {
    add(point.name, point.expected_cost_usd, point.cvar_usd);
  }
  for (const FrontierPoint& point : section.frontier) {
    add(fmt::format("Frontier, λ {}", point.lambda), point.expected_cost_usd, point.cvar_usd);
  }
  if (section.perfect_foresight_usd) {
    rows.push_back(
        {text_cell("Perfect foresight"),
         number_cell(section.perfect_foresight_usd, unit.figure(*section.perfect_foresight_usd)),
         text_cell(kMissing)});
  }
  const std::string summary = fmt::format(
      "{}: {} expected, {} in the mean of the worst {}% of scenarios. {} baselines are shown.",
      section.plan.name, money(section.plan.expected_cost_usd), money(section.plan.cvar_usd),
      short_number(100 * (1 - section.cvar_level)), section.baselines.size());
  return chart_figure(
      {.id = "figure-cost-risk",
       .text = section.text,
       .summary = summary,
       .table = table_markup(
           "plain", section.text.title,
           {{"Plan"},
            {"Expected cost, " + unit.name, true},
            {fmt::format("CVaR {}%, {}", short_number(100 * section.cvar_level), unit.name), true}},
           rows)});
}

}  // namespace offtake::report
