#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "offtake/report/markup.hpp"
#include "offtake/report/number_text.hpp"
#include "offtake/report/section_markup.hpp"

namespace offtake::report {
namespace {

std::string percent_text(double share) { return fixed_number(100.0 * share, 1); }

double whole(const Composition& composition) {
  return std::accumulate(composition.parts.begin(), composition.parts.end(), 0.0,
                         [](double sum, const CompositionPart& part) { return sum + part.amount; });
}

void add_curve(std::vector<std::vector<Cell>>& rows, std::string_view name,
               const std::vector<ScalingFigures>& curve) {
  for (const ScalingFigures& point : curve) {
    rows.push_back({text_cell(name), number_cell(point.chips, fmt::format("{}", point.chips)),
                    number_cell(point.global_batch, fmt::format("{}", point.global_batch)),
                    number_cell(point.tokens_per_s, fixed_number(point.tokens_per_s / 1e6, 3)),
                    number_cell(point.mfu, percent_text(point.mfu)),
                    number_cell(point.efficiency, percent_text(point.efficiency)),
                    number_cell(point.goodput, percent_text(point.goodput)),
                    number_cell(point.tokens_per_s * point.goodput,
                                fixed_number(point.tokens_per_s * point.goodput / 1e6, 3))});
  }
}

}  // namespace

std::string composition_markup(const Composition& composition) {
  const double total = whole(composition);
  std::vector<std::vector<Cell>> rows;
  for (const CompositionPart& part : composition.parts) {
    rows.push_back({text_cell(part.name), number_cell(part.amount, short_number(part.amount, 3)),
                    number_cell(part.amount / total, percent_text(part.amount / total))});
  }
  return chart_figure(
      {.id = "figure-" + composition.key,
       .text = composition.text,
       .summary = composition.text.title,
       .table = table_markup("plain", composition.text.title,
                             {{"Part"}, {composition.unit, true}, {"Share, %", true}}, rows)});
}

std::string scaling_markup(const ScalingSection& section) {
  std::vector<std::vector<Cell>> rows;
  add_curve(rows, "strong", section.strong);
  add_curve(rows, "weak", section.weak);
  return chart_figure(
      {.id = "figure-scaling",
       .text = section.text,
       .summary = section.text.title,
       .table = scrolling(section.text.title, table_markup("plain", section.text.title,
                                                           {{"Curve"},
                                                            {"Chips", true},
                                                            {"Sequences a step", true},
                                                            {"M tok/s", true},
                                                            {"MFU, %", true},
                                                            {"Efficiency, %", true},
                                                            {"Goodput, %", true},
                                                            {"M tok/s of the run", true}},
                                                           rows))});
}

std::string layout_markup(const LayoutSection& section) {
  std::vector<std::vector<Cell>> rows;
  for (const LayoutRow& row : section.rows) {
    rows.push_back({text_cell(row.layout), number_cell(row.step_s, short_number(row.step_s, 3)),
                    number_cell(row.slower, percent_text(row.slower)),
                    number_cell(row.mfu, percent_text(row.mfu)),
                    number_cell(row.memory_gb, fixed_number(row.memory_gb, 1))});
  }
  return table_figure("table-layouts", section.text,
                      scrolling(section.text.title, table_markup("plain", section.text.title,
                                                                 {{"Layout"},
                                                                  {"Step, s", true},
                                                                  {"Slower, %", true},
                                                                  {"MFU, %", true},
                                                                  {"Memory, GB", true}},
                                                                 rows)));
}

}  // namespace offtake::report
