#include "offtake/report/table_section.hpp"

#include "offtake/report/markup.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {

std::string table_section_markup(const TableSection& section) {
  std::vector<Column> columns;
  for (const TableHead& head : section.heads) columns.push_back({head.text, head.number});
  std::vector<std::vector<Cell>> rows;
  for (const auto& row : section.rows) {
    rows.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      rows.back().push_back(section.heads[i].number ? number_cell(row[i].value, row[i].text)
                                                    : text_cell(row[i].text));
    }
  }
  return table_figure(
      "figure-" + section.id, section.text,
      scrolling(section.text.title, table_markup("plain", section.text.title, columns, rows)));
}

}  // namespace offtake::report
