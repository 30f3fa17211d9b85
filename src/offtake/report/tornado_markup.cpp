#include <fmt/format.h>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {

std::string tornado_markup(const TornadoSection& section, std::size_t index) {
  const bool dollars = section.unit == TornadoSection::Unit::kDollars;
  MoneyColumn column;
  for (const TornadoRow& row : section.rows) {
    column.hold(row.change_at_low);
    column.hold(row.change_at_high);
  }
  const double size = dollars ? column.unit().usd : 0.01;
  const std::string unit = dollars ? column.unit().name : "points";
  std::vector<std::vector<Cell>> rows;
  for (const TornadoRow& row : section.rows) {
    rows.push_back({text_cell(row.input), text_cell(row.low),
                    number_cell(row.change_at_low, change(row.change_at_low / size)),
                    text_cell(row.high),
                    number_cell(row.change_at_high, change(row.change_at_high / size))});
  }
  std::string summary;
  if (!section.rows.empty()) {
    const TornadoRow& first = section.rows.front();
    summary = fmt::format("{} moves {} most: {} {} at {}, {} {} at {}.", first.input,
                          section.measure, change(first.change_at_low / size), unit, first.low,
                          change(first.change_at_high / size), unit, first.high);
  }
  const std::string id = fmt::format("figure-tornado-{}", index);
  return chart_figure(
      {.id = id,
       .text = section.text,
       .summary = summary,
       .table = table_markup(
           "plain", section.text.title,
           {{"Input"}, {"Low"}, {"Change, " + unit, true}, {"High"}, {"Change, " + unit, true}},
           rows)});
}

}  // namespace offtake::report
