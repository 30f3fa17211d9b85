#include "offtake/api/validate_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "offtake/api/text_table.hpp"

namespace offtake::api {
namespace {

using fidelity::ErrorSummary;
using fidelity::RowStatus;
using fidelity::ValidatedRow;
using fidelity::Validation;

using Cells = std::vector<std::vector<std::string>>;

std::string percent(double share) { return fmt::format("{:.1f}%", 100.0 * share); }

std::string coverage_text(const std::vector<ValidatedRow>& rows, int width) {
  std::map<std::pair<RowStatus, std::string>, int> reasons;
  std::map<RowStatus, int> counts;
  for (const ValidatedRow& row : rows) {
    ++counts[row.status];
    if (row.status != RowStatus::kOk) ++reasons[{row.status, row.reason}];
  }
  std::string text = fmt::format("{} rows: {} predicted, {} do not fit, {} unsupported\n",
                                 rows.size(), counts[RowStatus::kOk],
                                 counts[RowStatus::kDoesNotFit], counts[RowStatus::kUnsupported]);
  if (reasons.empty()) return text;
  std::vector<std::pair<int, Cells::value_type>> lines;
  for (const auto& [key, count] : reasons) {
    lines.push_back({count, {fmt::format("{}", count), std::string(name(key.first)), key.second}});
  }
  std::ranges::stable_sort(lines, std::ranges::greater{},
                           [](const auto& line) { return line.first; });
  Cells cells;
  for (auto& line : lines) cells.push_back(std::move(line.second));
  return text + "\n" +
         text_table({{"rows", Align::kRight}, {"status"}, {"why there is no prediction"}}, cells,
                    width);
}

std::string group_text(const std::vector<ErrorSummary>& summaries, int width) {
  Cells cells;
  for (const ErrorSummary& summary : summaries) {
    if (summary.segment.size() != 1 || summary.covered == 0) continue;
    cells.push_back({summary.segment.front().second, summary.metric,
                     fmt::format("{}", summary.covered), percent(summary.ape_median),
                     percent(summary.ape_p90), fmt::format("{:+.1f}%", 100 * summary.bias_median),
                     percent(summary.band_coverage)});
  }
  std::ranges::stable_sort(
      cells, {}, [](const auto& row) { return std::pair(row.front() != "plain", row.front()); });
  return text_table({{"group"},
                     {"metric"},
                     {"rows", Align::kRight},
                     {"median error", Align::kRight},
                     {"p90", Align::kRight},
                     {"bias", Align::kRight},
                     {"in 80% band", Align::kRight}},
                    cells, width);
}

/// The value of `key` that a summary of plain rows is of; empty when it is of something else.
std::string_view value_of(const ErrorSummary& summary, std::string_view key) {
  const auto& segment = summary.segment;
  return segment.size() == 2 && segment.back().first == key
             ? std::string_view(segment.back().second)
             : std::string_view();
}

/// Median error of plain rows, a line for each value of `key` and a column for each metric.
std::string segment_text(const std::vector<ErrorSummary>& summaries, const std::string& key,
                         int width) {
  std::set<std::string> metrics;
  std::map<std::string, std::map<std::string, std::string>> table;
  for (const ErrorSummary& summary : summaries) {
    const std::string_view value = value_of(summary, key);
    if (value.empty() || summary.covered == 0 || summary.metric.ends_with(" p99")) continue;
    metrics.insert(summary.metric);
    table[std::string(value)][summary.metric] =
        fmt::format("{} of {}", percent(summary.ape_median), summary.covered);
  }
  std::vector<TextColumn> columns{{key}};
  for (const std::string& metric : metrics) columns.push_back({metric, Align::kRight});
  Cells cells;
  for (const auto& [value, by_metric] : table) {
    cells.push_back({value});
    for (const std::string& metric : metrics) {
      const auto found = by_metric.find(metric);
      cells.back().push_back(found == by_metric.end() ? "–" : found->second);
    }
  }
  return cells.empty()
             ? ""
             : fmt::format("\nplain rows: median error by {} and metric, of so many\n", key) +
                   text_table(columns, cells, width);
}

}  // namespace

std::string validation_text(const Validation& validation, int width) {
  return coverage_text(validation.rows, width) + "\n" + group_text(validation.summary, width) +
         segment_text(validation.summary, "chip", width) +
         segment_text(validation.summary, "model", width);
}

std::string comparison_text(const std::vector<fidelity::FormComparison>& comparisons, int width) {
  Cells cells;
  const auto both = [](const fidelity::FormError& error) {
    return fmt::format("{} / {}", percent(error.ape_median), percent(error.ape_p90));
  };
  const auto bias = [](const fidelity::FormError& error) {
    return fmt::format("{:+.1f}%", 100 * error.bias_median);
  };
  for (const fidelity::FormComparison& one : comparisons) {
    cells.push_back({one.group, one.stack.empty() ? "all" : one.stack, one.metric,
                     fmt::format("{}", one.rows), both(one.closed_form), both(one.simulation),
                     bias(one.closed_form), bias(one.simulation), percent(one.nearer)});
  }
  if (cells.empty()) return "";
  return "\nruns in closed loop: median error / p90 of the closed form and of the simulation\n" +
         text_table({{"group"},
                     {"stack"},
                     {"metric"},
                     {"rows", Align::kRight},
                     {"closed form", Align::kRight},
                     {"simulation", Align::kRight},
                     {"bias", Align::kRight},
                     {"bias", Align::kRight},
                     {"simulation nearer", Align::kRight}},
                    cells, width);
}

}  // namespace offtake::api
