#include <fmt/format.h>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

const std::vector<Column> kErrorColumns{{"Rows", true},
                                        {"Median error, %", true},
                                        {"P90, %", true},
                                        {"Bias, %", true},
                                        {"In 80% band, %", true}};

std::string percent_text(double share) { return fixed_number(100.0 * share, 1); }

/// The cells under kErrorColumns.
std::vector<Cell> error_cells(const ErrorFigures& errors) {
  const auto& inside = errors.band_coverage;
  return {number_cell(errors.rows, fmt::format("{}", errors.rows)),
          number_cell(errors.median, percent_text(errors.median)),
          number_cell(errors.p90, percent_text(errors.p90)),
          number_cell(errors.bias, change(100.0 * errors.bias)),
          number_cell(inside, inside ? percent_text(*inside) : "")};
}

std::vector<Column> columns_after(std::vector<Column> columns) {
  columns.insert(columns.end(), kErrorColumns.begin(), kErrorColumns.end());
  return columns;
}

std::vector<Cell> cells_after(std::vector<Cell> cells, const ErrorFigures& errors) {
  for (Cell& cell : error_cells(errors)) cells.push_back(std::move(cell));
  return cells;
}

/// Rows from `shown_first` on wait until the reader asks for them.
void fold(std::vector<std::vector<Cell>>& rows, std::size_t shown_first) {
  for (std::size_t i = shown_first; i < rows.size(); ++i) {
    rows[i].front().attributes = " class=\"later\"";
  }
}

std::vector<std::vector<Cell>> segment_rows(const ErrorSection& section) {
  std::vector<std::vector<Cell>> rows;
  for (const ErrorView& view : section.views) {
    for (const SegmentErrors& segment : view.segments) {
      rows.push_back(
          cells_after({text_cell(segment.name), text_cell(view.metric)}, segment.errors));
    }
  }
  return rows;
}

std::string segment_table(std::string_view css_class, const ErrorSection& section,
                          const std::vector<std::vector<Cell>>& rows) {
  return table_markup(css_class, section.text.title,
                      columns_after({{"By " + section.key}, {"Metric"}}), rows);
}

std::string scatter_figure(const ValidationSection& section) {
  std::vector<std::vector<Cell>> rows;
  for (const MeasuredPanel& panel : section.panels) {
    if (panel.errors.rows == 0) continue;
    rows.push_back(cells_after({text_cell(panel.name)}, panel.errors));
  }
  return chart_figure({.id = "figure-measured",
                       .text = section.scatter,
                       .summary = section.scatter.subtitle,
                       .table = table_markup("plain", section.scatter.title,
                                             columns_after({{"Plain rows"}}), rows)});
}

std::string error_figure(const ErrorSection& section) {
  return chart_figure({.id = "figure-error-" + section.key,
                       .text = section.text,
                       .summary = section.text.subtitle,
                       .table = segment_table("plain", section, segment_rows(section))});
}

}  // namespace

std::string measured_markup(const ValidationSection& section) { return scatter_figure(section); }

std::string error_markup(const ValidationSection& section) {
  std::string figures;
  for (const ErrorSection& picture : section.pictures) figures += error_figure(picture);
  for (const ErrorSection& table : section.tables) {
    auto rows = segment_rows(table);
    fold(rows, section.shown_first);
    figures +=
        table_figure("table-error-" + table.key, table.text,
                     scrolling(table.text.title, segment_table("plain folded", table, rows)));
  }
  return figures;
}

std::string apart_markup(const ValidationSection& section) {
  if (section.apart.empty()) return "";
  std::vector<std::vector<Cell>> rows;
  for (const ApartRow& row : section.apart) {
    rows.push_back(
        cells_after({text_cell(row.group), text_cell(row.why), text_cell(row.metric)}, row.errors));
  }
  fold(rows, section.shown_first);
  return table_figure(
      "table-apart", section.apart_text,
      scrolling(
          section.apart_text.title,
          table_markup("plain folded", section.apart_text.title,
                       columns_after({{"Group"}, {"Why it stands apart"}, {"Metric"}}), rows)));
}

std::string unpredicted_markup(const ValidationSection& section) {
  if (section.unpredicted.empty()) return "";
  std::vector<std::vector<Cell>> rows;
  for (const UnpredictedRow& row : section.unpredicted) {
    rows.push_back({text_cell(row.row), text_cell(row.metric), text_cell(row.subject),
                    text_cell(row.status), text_cell(row.reason)});
  }
  fold(rows, section.shown_first);
  return table_figure(
      "table-unpredicted", section.unpredicted_text,
      scrolling(section.unpredicted_text.title,
                table_markup("plain folded", section.unpredicted_text.title,
                             {{"Row"}, {"Metric"}, {"Of"}, {"Status"}, {"Reason"}}, rows)));
}

}  // namespace offtake::report
