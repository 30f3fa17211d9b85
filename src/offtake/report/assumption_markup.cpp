#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

std::string status_pill(Status status) {
  switch (status) {
    case Status::kSourced:
      return "<span class=\"pill\">sourced</span>";
    case Status::kFitted:
      return "<span class=\"pill\">fitted</span>";
    case Status::kAssumed:
      return "<span class=\"pill assumed\">assumed</span>";
  }
  return "";
}

Cell source_cell(const AssumptionRow& row) {
  const std::string text = escaped(row.source);
  return {.markup = row.address.empty() ? text
                                        : fmt::format("<a href=\"{}\" rel=\"noreferrer\">{}</a>",
                                                      escaped(row.address), text),
          .attributes = " class=\"source\""};
}

std::string counts(const AssumptionSection& section) {
  const auto of = [&](Status status) {
    return std::ranges::count(section.rows, status, &AssumptionRow::status);
  };
  return fmt::format("{} figures, by swing: {} sourced, {} fitted, {} assumed. ",
                     section.rows.size(), of(Status::kSourced), of(Status::kFitted),
                     of(Status::kAssumed));
}

std::string verdict_pill(Verdict verdict) {
  switch (verdict) {
    case Verdict::kInside:
      return "<span class=\"pill\">inside</span>";
    case Verdict::kOutside:
      return "<span class=\"pill assumed\">outside</span>";
    case Verdict::kUnresolved:
      return "<span class=\"pill assumed\">unresolved</span>";
  }
  return "";
}

}  // namespace

std::string assumption_markup(const AssumptionSection& section) {
  MoneyColumn column;
  for (const AssumptionRow& row : section.rows) column.hold(row.swing_usd);
  const MoneyUnit unit = column.unit();
  std::vector<std::vector<Cell>> rows;
  for (const AssumptionRow& row : section.rows) {
    Cell name = text_cell(row.assumption);
    if (std::cmp_greater_equal(rows.size(), section.shown_first)) {
      name.attributes = " class=\"later\"";
    }
    const std::string swing = row.swing_usd ? unit.figure(*row.swing_usd) : std::string{kMissing};
    rows.push_back(
        {std::move(name),
         {.markup = escaped(row.value), .attributes = " class=\"number value\""},
         {.markup = row.band.empty() ? std::string{kMissing} : escaped(row.band),
          .attributes = " class=\"interval\""},
         {.markup = status_pill(row.status), .attributes = " class=\"status\""},
         source_cell(row),
         {.markup = swing, .value = row.swing_usd, .attributes = " class=\"number swing\""}});
  }
  const std::string table =
      table_markup("assumptions", "Figures the answer rests on, their status and source",
                   {{"Assumption"},
                    {"Value", true},
                    {"80% band"},
                    {"Status"},
                    {"Source"},
                    {"Swing, " + unit.name, true}},
                   rows);
  return fmt::format(
      "<section id=\"assumptions\"><h2>Assumptions</h2><p class=\"lead\">Every figure the answer "
      "rests on. <span class=\"pill\">sourced</span> has a page to cite, "
      "<span class=\"pill\">fitted</span> comes from measurements, "
      "<span class=\"pill assumed\">assumed</span> is yours to defend.</p>"
      "<div class=\"card\" id=\"table-assumptions\">{}<div class=\"foot\"><p "
      "class=\"note\">{}{}</p>"
      "</div></div></section>\n",
      table, counts(section), escaped(section.note));
}

std::string check_markup(const CheckSection& section) {
  std::vector<std::vector<Cell>> rows;
  for (const CheckRow& row : section.rows) {
    rows.push_back({text_cell(row.check),
                    text_cell(row.expected),
                    text_cell(row.ours),
                    {.markup = verdict_pill(row.verdict)},
                    text_cell(row.explanation)});
  }
  return fmt::format(
      "<section id=\"checks\"><h2>Held against outside figures</h2>{}</section>\n",
      table_figure(
          "figure-checks", section.text,
          scrolling(section.text.title,
                    table_markup("plain", section.text.title,
                                 {{"Check"}, {"Expected"}, {"Ours"}, {"Verdict"}, {"Explanation"}},
                                 rows))));
}

}  // namespace offtake::report
