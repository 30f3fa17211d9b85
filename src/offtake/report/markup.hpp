#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/report/figure_text.hpp"

namespace offtake::report {

/// Text as it may stand inside an element or a quoted attribute.
std::string escaped(std::string_view text);

/// A column of a table: figures are set to the right, with the unit in the head.
struct Column {
  std::string head;
  bool number = false;
  std::string head_on_phone = "";  ///< A shorter one, such as "’26"; empty when the head fits.
  bool names_row = false;  ///< Its cells are the heads of their rows; else the first column's are.
};

/// A cell: its markup, and the full figure that CSV carries where the printed one is rounded.
struct Cell {
  std::string markup;
  std::optional<double> value = std::nullopt;
  std::string attributes = "";  ///< Such as ` class="bad"`, already escaped.
};

/// A cell of plain text.
Cell text_cell(std::string_view text);

/// A cell of a figure printed as `text`; a dash when there is no value.
Cell number_cell(std::optional<double> value, std::string_view text);

/// A table with a caption for screen readers.
std::string table_markup(std::string_view css_class, std::string_view caption,
                         const std::vector<Column>& columns,
                         const std::vector<std::vector<Cell>>& rows);

/// A table that may be wider than the page and then scrolls by itself.
std::string scrolling(std::string_view label, std::string_view table);

/// One figure of the page: title, measure, the place where the chart is drawn, a summary for those
/// who cannot see it, the note, and the same data as a table.
struct FigureParts {
  std::string_view id;  ///< "figure-fleet"; the script looks for it.
  const FigureText& text;
  std::string_view summary;  ///< Largest, smallest, turning point.
  std::string_view table;    ///< Markup.
};

std::string chart_figure(const FigureParts& parts);

/// A card whose content is markup, not a chart: the table is the picture.
std::string table_figure(std::string_view id, const FigureText& text, std::string_view content);

}  // namespace offtake::report
