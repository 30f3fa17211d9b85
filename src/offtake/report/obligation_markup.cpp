#include <fmt/format.h>

#include <algorithm>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

/// A default probability, tinted by its share of the largest.
Cell tinted(double probability, double largest) {
  Cell cell{.markup = percent(probability), .value = probability};
  if (probability < 0.001) {
    cell.attributes = " class=\"number none\"";
  } else {
    const double share = largest > 0 ? probability / largest : 0;
    cell.attributes = fmt::format(" class=\"number tint\" style=\"--share:{:.3f}\"", share);
  }
  return cell;
}

double largest_of(const DefaultSection& section) {
  double largest = 0;
  for (const DefaultRow& row : section.rows) {
    for (const double probability : row.cumulative) largest = std::max(largest, probability);
  }
  return largest;
}

std::string kind_name(LinkKind kind) {
  switch (kind) {
    case LinkKind::kOwes:
      return "owes";
    case LinkKind::kHoldsEquity:
      return "holds equity";
    case LinkKind::kWarrant:
      return "warrant";
    case LinkKind::kAsked:
      return "asked, not closed";
  }
  return "";
}

}  // namespace

std::string default_markup(const DefaultSection& section) {
  const bool with_alive = std::ranges::any_of(
      section.rows, [](const DefaultRow& row) { return row.with_buyer_alive.has_value(); });
  std::vector<Column> columns{{"Party"}};
  for (const int year : section.years)
    columns.push_back({fmt::format("{}", year), true, fmt::format("’{:02}", year % 100)});
  if (with_alive) columns.push_back({"buyer alive", true});
  std::vector<std::vector<Cell>> rows;
  for (const DefaultRow& row : section.rows) {
    std::vector<Cell> cells{text_cell(row.party)};
    if (row.buyer) cells.front().attributes = " class=\"buyer\"";
    for (const double probability : row.cumulative) {
      cells.push_back(tinted(probability, largest_of(section)));
    }
    if (with_alive) {
      cells.push_back(number_cell(row.with_buyer_alive, percent(row.with_buyer_alive.value_or(0))));
    }
    rows.push_back(std::move(cells));
  }
  std::string content =
      scrolling(section.text.title, table_markup("heat", section.text.subtitle, columns, rows));
  if (!section.caused_by_buyer.empty()) {
    content += fmt::format("<p class=\"aside\">{}</p>", escaped(section.caused_by_buyer));
  }
  FigureText text = section.text;
  if (section.monte_carlo_error > 0) {
    if (!text.note.empty()) text.note += " ";
    text.note += fmt::format("Monte Carlo error ±{} points at most.",
                             fixed_number(100 * section.monte_carlo_error, 1));
  }
  return table_figure("figure-defaults", text, content);
}

std::string party_loss_markup(const PartyLossSection& section) {
  MoneyColumn column;
  for (const PartyLossRow& row : section.rows) column.hold(row.expected_loss_usd);
  const MoneyUnit unit = column.unit();
  std::vector<std::vector<Cell>> rows;
  for (const PartyLossRow& row : section.rows) {
    rows.push_back(
        {text_cell(row.party),
         number_cell(row.default_probability, percent(row.default_probability.value_or(0))),
         number_cell(row.default_with_buyer_alive,
                     percent(row.default_with_buyer_alive.value_or(0))),
         number_cell(row.expected_loss_usd, unit.figure(row.expected_loss_usd)),
         number_cell(row.expected_loss_before_reletting_usd,
                     unit.figure(row.expected_loss_before_reletting_usd.value_or(0))),
         number_cell(row.cvar_usd, unit.figure(row.cvar_usd))});
  }
  return table_figure(
      "figure-party-losses", section.text,
      scrolling(section.text.title, table_markup("plain", section.text.title,
                                                 {{"Party"},
                                                  {"Default, %", true},
                                                  {"With the buyer alive, %", true},
                                                  {"Expected loss, " + unit.name, true},
                                                  {"Before re-letting, " + unit.name, true},
                                                  {"CVaR 95%, " + unit.name, true}},
                                                 rows)));
}

std::string obligation_markup(const ObligationSection& section) {
  MoneyColumn column;
  for (const PartyLink& link : section.links) column.hold(link.usd);
  const MoneyUnit unit = column.unit();
  std::vector<std::vector<Cell>> rows;
  const PartyLink* largest = nullptr;
  for (const PartyLink& link : section.links) {
    if (link.usd && link.kind == LinkKind::kOwes && (!largest || *link.usd > *largest->usd)) {
      largest = &link;
    }
    rows.push_back({text_cell(link.from), text_cell(kind_name(link.kind)), text_cell(link.to),
                    number_cell(link.usd, unit.figure(link.usd.value_or(0))),
                    number_cell(link.share, short_number(100 * link.share.value_or(0)) + "%"),
                    text_cell(link.what)});
  }
  const std::string summary = largest
                                  ? fmt::format("The largest debt is {} owed by {} to {}.",
                                                money(*largest->usd), largest->from, largest->to)
                                  : "";
  return chart_figure(
      {.id = "figure-obligations",
       .text = section.text,
       .summary = summary,
       .table = table_markup(
           "plain", section.text.title,
           {{"From"}, {"Link"}, {"To"}, {unit.name, true}, {"Share", true}, {"What"}}, rows)});
}

}  // namespace offtake::report
