#include "offtake/findings/check_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

constexpr double kYear = 365.0 * 86400.0;

/// A figure in base units, written in the unit that people use for its dimension.
std::string text_of(double value, const Dimension& dimension) {
  if (dimension == Dollars::kDimension) return report::money(value);
  if (dimension == MoneyRate::kDimension) return report::money(value * kYear) + " a year";
  if (dimension == TokenPrice::kDimension) return fmt::format("${:.2f}/Mtok", value * 1e6);
  if (dimension == TokenRate::kDimension || dimension == ChipTokenRate::kDimension) {
    return report::amount(value) + " tok/s";
  }
  if (dimension == Watts::kDimension) return fmt::format("{:.2f} GW", value / 1e9);
  if (dimension == Seconds::kDimension) return fmt::format("{:.1f} months", value / kYear * 12.0);
  return report::amount(value);
}

std::string expected_text(const book::ExpectedFigure& check) {
  if (check.low && check.high) {
    std::string text =
        report::range(text_of(*check.low, check.dimension), text_of(*check.high, check.dimension));
    if (check.value) text = text_of(*check.value, check.dimension) + " (" + text + ")";
    return text;
  }
  return check.value ? text_of(*check.value, check.dimension) : check.value_text;
}

/// Inside the range that the book gives, or within a twentieth of a bare value.
bool is_inside(const book::ExpectedFigure& check, double ours) {
  constexpr double kTolerance = 0.05;
  if (check.low && check.high) return *check.low <= ours && ours <= *check.high;
  return check.value && std::abs(ours - *check.value) <= kTolerance * std::abs(*check.value);
}

std::string words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}

}  // namespace

std::optional<report::CheckSection> check_section(
    const book::Book& book, const std::map<std::string, study::EnvelopeFigure>& figures) {
  if (book.checks.empty()) return std::nullopt;
  report::CheckSection section;
  std::size_t inside = 0;
  std::size_t held = 0;
  for (const book::ExpectedFigure& check : book.checks) {
    report::CheckRow row{.check = words(check.name),
                         .expected = expected_text(check),
                         .ours = std::string(report::kMissing),
                         .verdict = report::Verdict::kUnresolved,
                         .explanation = "Not computed by this run. " + check.why};
    const auto ours = figures.find(check.name);
    if (ours != figures.end()) {
      const bool good = is_inside(check, ours->second.value);
      ++held;
      inside += good ? 1 : 0;
      row.ours = text_of(ours->second.value, check.dimension);
      row.verdict = good ? report::Verdict::kInside : report::Verdict::kOutside;
      row.explanation = "Ours: " + ours->second.made_from +
                        ". Theirs: " + (check.why.empty() ? "as the book has it" : check.why) + ".";
    }
    section.rows.push_back(std::move(row));
  }
  section.text.title =
      fmt::format("{} of {} figures lie where the book expects them", inside, held);
  section.text.subtitle =
      "The book's checks, from outside sources or sums on an envelope, beside this run";
  return section;
}

}  // namespace offtake::findings
