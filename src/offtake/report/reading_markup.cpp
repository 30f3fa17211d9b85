#include <fmt/format.h>

#include "offtake/report/bounded_cell.hpp"
#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {

std::string reading_markup(const ReadingSection& section) {
  MoneyColumn costs, worths;
  for (const ReadingRow& row : section.rows) {
    if (row.change_usd) costs.hold(*row.change_usd);
    if (row.worth_usd) worths.hold(row.worth_usd->value);
  }
  const MoneyUnit unit = costs.unit();
  std::vector<Column> columns{{"Line of the book"},
                              {"Read as"},
                              {"Read otherwise"},
                              {"Change of net cost, " + unit.name, true}};
  if (!section.thing.empty()) {
    columns.push_back({fmt::format("{} then worth, {}", section.thing, worths.unit().name), true});
  }
  std::vector<std::vector<Cell>> rows;
  for (const ReadingRow& row : section.rows) {
    rows.push_back({{.markup = fmt::format("<code>{}</code>", escaped(row.setting))},
                    text_cell(row.as_read),
                    text_cell(row.otherwise),
                    row.change_usd
                        ? number_cell(*row.change_usd, change(*row.change_usd / unit.usd))
                        : text_cell("no plan")});
    if (section.thing.empty()) continue;
    rows.back().push_back(row.worth_usd ? bounded_cell(*row.worth_usd, worths.unit())
                                        : text_cell(""));
  }
  return table_figure(
      "figure-readings", section.text,
      scrolling(section.text.title, table_markup("plain", section.text.title, columns, rows)));
}

}  // namespace offtake::report
