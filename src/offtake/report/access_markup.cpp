#include <fmt/format.h>

#include "offtake/report/bounded_cell.hpp"
#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
std::string access_markup(const AccessSection& section) {
  MoneyColumn column;
  for (const AccessRow& row : section.rows) {
    column.hold(row.at_prices_usd.value);
    if (row.all_served_usd) column.hold(row.all_served_usd->value);
  }
  const MoneyUnit unit = column.unit();
  const bool both = !section.rows.empty() && section.rows.front().all_served_usd;
  std::vector<Column> columns{
      {"Yield of the chip"},
      {section.ratio_head},
      {(both ? "Undone work at its price, " : "Worth, ") + unit.name, true}};
  if (both) columns.push_back({"All work done, " + unit.name, true});
  std::vector<std::vector<Cell>> rows;
  for (const AccessRow& row : section.rows) {
    const std::string used = row.used ? " <span class=\"pill\">used here</span>" : "";
    rows.push_back({{.markup = fmt::format("<b>{}</b>{}", escaped(row.yields), used)},
                    text_cell(row.ratios),
                    bounded_cell(row.at_prices_usd, unit)});
    if (both) rows.back().push_back(bounded_cell(*row.all_served_usd, unit));
  }
  return table_figure("figure-access", section.text,
                      table_markup("plain", section.text.title, columns, rows));
}

}  // namespace offtake::report
