#include "offtake/findings/assumption_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "offtake/findings/dates.hpp"
#include "offtake/findings/system_words.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

constexpr std::size_t kTornadoRows = 12;

/// "/offers/aws-trainium3/price" is "aws-trainium3: price".
std::string words_of_path(const std::string& path) {
  if (!path.starts_with('/')) return path;
  std::vector<std::string> parts;
  std::size_t begin = 1;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  if (parts.size() > 2) parts.erase(parts.begin());  // The kind of thing: its name says enough.
  std::string text = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) text += (i == 1 ? ": " : " ") + parts[i];
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string band_text(const std::string& low, const std::string& high) {
  if (low.empty() && high.empty()) return "";
  return report::range(low, high);
}

std::string source_text(const book::Assumption& assumption) {
  if (!assumption.source.empty())
    return fmt::format("{} (book, line {})", assumption.source, assumption.line);
  return fmt::format("book, line {}: {}", assumption.line, assumption.assume);
}

std::string address_of(const book::Book& book, const std::string& source) {
  const auto at = std::ranges::find(book.sources, source, &book::BookSource::id);
  return at == book.sources.end() ? "" : at->url;
}

std::optional<double> swing_of(const study::Sensitivity& sensitivity, const std::string& path) {
  const auto at = std::ranges::find(sensitivity.swings, path, &study::Swing::path);
  if (at == sensitivity.swings.end()) return std::nullopt;
  return at->size();
}

std::string rate_text(const study::ChipYield& yield, double rate) {
  if (yield.measure == study::YieldMeasure::kTokens) return report::amount(rate) + " tok/s/chip";
  return fmt::format("{:.0f} TFLOP/s/chip", rate / 1e12);
}

double swing_of_row(const report::TornadoRow& row) {
  return std::max({0.0, row.change_at_low, row.change_at_high}) -
         std::min({0.0, row.change_at_low, row.change_at_high});
}

/// One row for each question with more than one answer: the book's own has a change of zero.
void add_readings(const study::ReadingEffects& readings, std::vector<report::TornadoRow>& rows) {
  std::map<std::string, report::TornadoRow> by_setting;
  for (const study::ReadingEffect& effect : readings.effects) {
    if (!effect.possible) continue;
    report::TornadoRow& row =
        by_setting
            .try_emplace(effect.setting, report::TornadoRow{.input = words_of_path(effect.setting),
                                                            .low = effect.as_read,
                                                            .high = effect.as_read})
            .first->second;
    const double change = effect.change.base_units();
    if (change < row.change_at_low) {
      row.change_at_low = change;
      row.low = effect.otherwise;
    }
    if (change > row.change_at_high) {
      row.change_at_high = change;
      row.high = effect.otherwise;
    }
  }
  for (auto& [setting, row] : by_setting) {
    if (swing_of_row(row) <= 0.0) continue;
    for (std::string* answer : {&row.low, &row.high}) std::ranges::replace(*answer, '_', ' ');
    rows.push_back(row);
  }
}

}  // namespace

report::AssumptionSection assumption_section(const book::Book& book,
                                             const study::YieldTable& yields,
                                             const study::Sensitivity& sensitivity) {
  report::AssumptionSection section;
  std::size_t sourced = 0;
  for (const book::Assumption& assumption : book.assumptions) {
    const bool is_sourced = assumption.status == book::MarkStatus::kSourced;
    sourced += is_sourced ? 1 : 0;
    section.rows.push_back(
        {.assumption = words_of_path(assumption.path),
         .value = assumption.value_text,
         .band = band_text(assumption.low_text, assumption.high_text),
         .status = is_sourced ? report::Status::kSourced : report::Status::kAssumed,
         .source = source_text(assumption),
         .address = address_of(book, assumption.source),
         .swing_usd = swing_of(sensitivity, assumption.path)});
  }
  std::size_t predicted = 0;
  for (const study::ChipYield& yield : yields.yields) {
    if (!yield.feasible) continue;
    ++predicted;
    section.rows.push_back(
        {.assumption = fmt::format("{} on {}", yield.workload, system_words(yield.system)),
         .value = rate_text(yield, yield.value),
         .band = report::range(rate_text(yield, yield.low), rate_text(yield, yield.high)),
         .status = report::Status::kFitted,
         .source = "performance model: " + yield.reason,
         .address = {},
         .swing_usd = swing_of(sensitivity, "yield of " + yield.system)});
  }
  std::ranges::stable_sort(section.rows, std::ranges::greater{}, [](const auto& row) {
    return row.swing_usd.value_or(-std::numeric_limits<double>::infinity());
  });
  section.note = fmt::format(
      "{} figures of the book are sourced, {} are assumed, {} yields are predicted. The swing of a "
      "predicted yield is that of its system in all workloads together.",
      sourced, book.assumptions.size() - sourced, predicted);
  return section;
}

report::TornadoSection plan_tornado(const study::Sensitivity& sensitivity,
                                    const study::ReadingEffects* readings) {
  report::TornadoSection section{.text = {},
                                 .measure = "expected net cost",
                                 .unit = report::TornadoSection::Unit::kDollars,
                                 .base = sensitivity.base.base_units(),
                                 .rows = {}};
  for (const study::Swing& swing : sensitivity.swings) {
    if (swing.size() <= 0.0) continue;
    section.rows.push_back({.input = words_of_path(swing.path),
                            .low = swing.low,
                            .high = swing.high,
                            .change_at_low = swing.at_low.base_units(),
                            .change_at_high = swing.at_high.base_units()});
  }
  if (readings != nullptr) add_readings(*readings, section.rows);
  std::ranges::stable_sort(section.rows, std::ranges::greater{}, swing_of_row);
  section.rows.resize(std::min(section.rows.size(), kTornadoRows));
  section.text.title =
      section.rows.empty()
          ? "No figure with a range moves the plan’s cost"
          : fmt::format("Nothing moves the plan’s cost more than {}", section.rows.front().input);
  const auto measured = std::ranges::count_if(sensitivity.swings, &study::Swing::measured);
  section.text.subtitle = fmt::format(
      "Change of expected net cost from {}, one figure at a time from its low to its high, "
      "everything re-planned: the {} that moved most in a screening on {} scenarios, the rest on "
      "their mean with lots that may be divided",
      report::money(section.base), measured, sensitivity.scenarios);
  if (readings != nullptr) {
    section.text.subtitle += fmt::format(
        "; readings, from the answer that costs least to the one that costs most, on {} scenarios",
        readings->scenarios);
  }
  return section;
}

report::TornadoSection raise_tornado(const stress::StressAnswer& answer) {
  const double base = answer.minimum_raise.base_units();
  report::TornadoSection section{.text = {},
                                 .measure = "minimum raise",
                                 .unit = report::TornadoSection::Unit::kDollars,
                                 .base = base,
                                 .rows = {}};
  for (const stress::TornadoRow& row : answer.tornado) {
    section.rows.push_back({.input = row.name,
                            .low = row.low_text,
                            .high = row.high_text,
                            .change_at_low = row.at_low.base_units() - base,
                            .change_at_high = row.at_high.base_units() - base});
  }
  std::ranges::stable_sort(section.rows, std::ranges::greater{}, swing_of_row);
  section.text.title = section.rows.empty() ? "What moves the minimum raise"
                                            : fmt::format("The raise depends most on {}",
                                                          section.rows.front().input);
  section.text.subtitle =
      fmt::format("Change of the minimum raise at 95% to {} from {}",
                  "the end of " + long_month(answer.raise_end), report::money(base));
  return section;
}

std::vector<report::Note> left_out_notes(const book::Book& book) {
  std::vector<report::Note> notes;
  for (const book::NotIncluded& left_out : book.not_included) {
    notes.push_back({"Not included: " + left_out.what, left_out.why});
  }
  return notes;
}

}  // namespace offtake::findings
