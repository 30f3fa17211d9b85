#include "offtake/findings/validation_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "offtake/base/quantile.hpp"
#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using fidelity::ErrorSummary;
using fidelity::RowStatus;
using fidelity::ValidatedRow;
using fidelity::Validation;

constexpr std::string_view kPlain = "plain";
constexpr std::string_view kTail = " p99";

struct MetricName {
  std::string_view metric;
  std::string_view words;
  std::string_view unit;
};

/// In the order in which the page shows them.
constexpr std::array kMetrics{
    MetricName{"tpot_ms", "TPOT", "ms"},
    MetricName{"ttft_ms", "TTFT", "ms"},
    MetricName{"output_tok_s", "output rate", "tok/s"},
    MetricName{"e2e_ms", "end to end", "ms"},
    MetricName{"total_tok_s", "input and output", "tok/s"},
    MetricName{"prefill_tok_s", "prefill rate", "tok/s"},
    MetricName{"req_s", "requests", "1/s"},
    MetricName{"step_s", "training step", "s"},
    MetricName{"tok_s_chip", "training rate a chip", "tok/s"},
    MetricName{"samples_s", "training samples", "1/s"},
    MetricName{"tok_s_total", "training rate", "tok/s"},
    MetricName{"tflops_chip", "training FLOP/s a chip", "TFLOP/s"},
    MetricName{"mfu_pct", "MFU", "%"},
    MetricName{"time_to_train_min", "time to train", "min"},
    MetricName{"latency_us", "collectives", "µs"},
};

constexpr MetricName kUnknownMetric{"", "", ""};

const MetricName& name_of(std::string_view metric) {
  const std::string_view middle = metric.substr(0, metric.find(kTail));
  const auto found = std::ranges::find(kMetrics, middle, &MetricName::metric);
  return found == kMetrics.end() ? kUnknownMetric : *found;
}

/// Middles first, then tails, each in the order of kMetrics.
std::pair<bool, std::ptrdiff_t> place_of(std::string_view metric) {
  const std::string_view middle = metric.substr(0, metric.find(kTail));
  return {metric.ends_with(kTail),
          std::ranges::find(kMetrics, middle, &MetricName::metric) - kMetrics.begin()};
}

std::string capitalised(std::string text) {
  if (!text.empty() && 'a' <= text.front() && text.front() <= 'z') text.front() -= 'a' - 'A';
  return text;
}

std::string percent(double share) { return report::short_number(100.0 * share) + "%"; }

/// Which metrics of a group have bands: without one, a coverage of zero says nothing.
class BandedMetrics {
 public:
  explicit BandedMetrics(const std::vector<ValidatedRow>& rows) {
    for (const ValidatedRow& row : rows) {
      if (row.low && row.high) banded_.insert({row.group, fidelity::scored_metric(row)});
    }
  }
  bool contains(std::string_view group, const std::string& metric) const {
    return banded_.contains({std::string(group), metric});
  }

 private:
  std::set<std::pair<std::string, std::string>> banded_;
};

report::ErrorFigures figures_of(const ErrorSummary& summary, std::string_view group,
                                const BandedMetrics& banded) {
  return {.rows = summary.covered,
          .median = summary.ape_median,
          .p90 = summary.ape_p90,
          .bias = summary.bias_median,
          .band_coverage = banded.contains(group, summary.metric)
                               ? std::optional(summary.band_coverage)
                               : std::nullopt};
}

/// The summaries of a group as a whole, with predictions, in the order of the metrics.
std::vector<const ErrorSummary*> of_group(const Validation& validation, std::string_view group) {
  std::vector<const ErrorSummary*> found;
  for (const ErrorSummary& summary : validation.summary) {
    if (summary.covered > 0 && summary.segment.size() == 1 &&
        summary.segment.front().second == group) {
      found.push_back(&summary);
    }
  }
  std::ranges::stable_sort(found, {}, [](const auto* one) { return place_of(one->metric); });
  return found;
}

int count_of(const Validation& validation, RowStatus status) {
  return static_cast<int>(std::ranges::count(validation.rows, status, &ValidatedRow::status));
}

report::AnswerRow coverage_row(const Validation& validation) {
  const auto total = static_cast<int>(validation.rows.size());
  const int predicted = count_of(validation, RowStatus::kOk);
  const int misfits = count_of(validation, RowStatus::kDoesNotFit);
  const int unsupported = count_of(validation, RowStatus::kUnsupported);
  const auto bar = [&](const char* label, int count) {
    return report::ShareBar{label, "others", static_cast<double>(count) / total,
                            fmt::format("{}", count)};
  };
  return {.question = "Coverage",
          .sentence = fmt::format("{} of {} published figures are predicted.", predicted, total),
          .note = predicted == total
                      ? "No row is left out."
                      : fmt::format("{} would not fit in memory and {} are unsupported; each is "
                                    "listed below with its reason.",
                                    misfits, unsupported),
          .picture = report::SharePicture{bar("predicted", predicted), bar("do not fit", misfits),
                                          bar("unsupported", unsupported)}};
}

/// "17.6% in TPOT, 46.5% in TTFT and 15.1% in output rate" of at most three metrics.
std::string enumeration(const std::vector<const ErrorSummary*>& summaries,
                        double ErrorSummary::* figure) {
  const std::size_t count = std::min<std::size_t>(3, summaries.size());
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += i + 1 == count ? " and " : ", ";
    text +=
        fmt::format("{} in {}", percent(summaries[i]->*figure), metric_words(summaries[i]->metric));
  }
  return text;
}

report::AnswerRow error_row(const std::vector<const ErrorSummary*>& plain) {
  if (plain.empty()) {
    return {.question = "Error",
            .sentence = "No plain row has a prediction.",
            .note = "Rows set apart are scored by themselves.",
            .picture = {}};
  }
  return {
      .question = "Error",
      .sentence = fmt::format("Half of the plain rows lie within {}.",
                              enumeration(plain, &ErrorSummary::ape_median)),
      .note = fmt::format("Nine in ten lie within {}.", enumeration(plain, &ErrorSummary::ape_p90)),
      .picture = {}};
}

report::AnswerRow band_row(const std::vector<const ErrorSummary*>& plain,
                           const BandedMetrics& banded) {
  report::SharePicture bars;
  double inside = 0;
  int rows = 0;
  std::string without;
  for (const ErrorSummary* summary : plain) {
    const std::string words = metric_words(summary->metric);
    if (!banded.contains(kPlain, summary->metric)) {
      without += (without.empty() ? "" : ", ") + words;
      continue;
    }
    inside += summary->band_coverage * summary->covered;
    rows += summary->covered;
    if (summary->metric.ends_with(kTail)) continue;  // Counted, not drawn.
    bars.push_back(
        {capitalised(words), "others", summary->band_coverage, percent(summary->band_coverage)});
  }
  const std::string note = without.empty() ? "" : fmt::format("Without a band: {}.", without);
  if (rows == 0) {
    return {.question = "80% band",
            .sentence = "No prediction of a plain row carries a band.",
            .note = note,
            .picture = {}};
  }
  return {.question = "80% band",
          .sentence = fmt::format("The band holds {} of {} plain figures that have one.",
                                  percent(inside / rows), rows),
          .note = note,
          .picture = std::move(bars)};
}

/// The subjects of the points, each once, in the order in which they first stand.
class SubjectList {
 public:
  std::size_t place_of(const ValidatedRow& row) {
    const auto [at, is_new] =
        places_.emplace(std::tuple(row.model, row.chip, row.stack), subjects_.size());
    if (is_new) {
      const std::string name = row.model.empty()
                                   ? row.chip
                                   : fmt::format("{} on {}, {}", row.model, row.chip, row.stack);
      subjects_.push_back({.name = name, .family = row.vendor});
    }
    return at->second;
  }
  std::vector<report::MeasuredSubject> take() { return std::move(subjects_); }

 private:
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> places_;
  std::vector<report::MeasuredSubject> subjects_;
};

/// The middle of the plain rows' bands over their predictions.
std::optional<report::Interval> middle_band(const std::vector<const ValidatedRow*>& rows) {
  std::vector<double> lows;
  std::vector<double> highs;
  for (const ValidatedRow* row : rows) {
    if (row->group != kPlain || !row->predicted || !row->low || !row->high) continue;
    lows.push_back(*row->low / *row->predicted);
    highs.push_back(*row->high / *row->predicted);
  }
  if (lows.empty()) return std::nullopt;
  return report::Interval{quantile(std::move(lows), 0.5), quantile(std::move(highs), 0.5)};
}

std::vector<report::MeasuredPanel> panels_of(const Validation& validation,
                                             const BandedMetrics& banded, SubjectList& subjects) {
  std::map<std::string, std::vector<const ValidatedRow*>> by_metric;
  for (const ValidatedRow& row : validation.rows) {
    by_metric[fidelity::scored_metric(row)].push_back(&row);
  }
  std::vector<std::string> metrics;
  for (const auto& [metric, rows] : by_metric) metrics.push_back(metric);
  std::ranges::stable_sort(metrics, {}, place_of);
  std::vector<report::MeasuredPanel> panels;
  for (const std::string& metric : metrics) {
    const auto& rows = by_metric[metric];
    report::MeasuredPanel panel{
        .name = capitalised(fmt::format("{}, {}", metric_words(metric), name_of(metric).unit)),
        .band = middle_band(rows)};
    for (const ErrorSummary* summary : of_group(validation, kPlain)) {
      if (summary->metric == metric) panel.errors = figures_of(*summary, kPlain, banded);
    }
    for (const ValidatedRow* row : rows) {
      if (!row->predicted) continue;
      panel.points.push_back({.row = row->id,
                              .subject = subjects.place_of(*row),
                              .measured = row->measured,
                              .predicted = *row->predicted,
                              .apart = row->group != kPlain});
    }
    if (!panel.points.empty()) panels.push_back(std::move(panel));
  }
  return panels;
}

report::FigureText scatter_text(const std::vector<report::MeasuredPanel>& panels) {
  report::FigureText text{.title = "Predicted against measured"};
  if (!panels.empty() && panels.front().errors.rows > 0) {
    const report::MeasuredPanel& first = panels.front();
    text.title = fmt::format("{}: half of {} plain rows lie within {}, nine in ten within {}",
                             first.name.substr(0, first.name.find(',')), first.errors.rows,
                             percent(first.errors.median), percent(first.errors.p90));
  }
  const bool banded = std::ranges::any_of(
      panels, [](const report::MeasuredPanel& panel) { return panel.band.has_value(); });
  text.subtitle = fmt::format(
      "Measured across, predicted up, log axes; a point a row; on the line both agree{}",
      banded ? "; between dashes: the middle of the rows' 80% bands" : "");
  text.note = "TPOT: time per output token. TTFT: time to first token.";
  return text;
}

std::string vendor_of(const Validation& validation, const std::string& chip) {
  const auto row = std::ranges::find(validation.rows, chip, &ValidatedRow::chip);
  return row == validation.rows.end() ? "" : row->vendor;
}

/// "TPOT is nearest on mi355x, within 10.4%, and farthest on trainium2, 45.2%" of segments with
/// rows enough that a median means something.
std::string segment_title(const std::string& key, const std::vector<report::ErrorView>& views) {
  constexpr int kRowsLeast = 5;
  if (!views.empty()) {
    std::vector<const report::SegmentErrors*> large;
    for (const report::SegmentErrors& segment : views.front().segments) {
      if (segment.errors.rows >= kRowsLeast) large.push_back(&segment);
    }
    if (large.size() >= 2) {
      return fmt::format("{} is nearest for {}, {} off in the middle, farthest for {}, {}",
                         views.front().metric, large.front()->name,
                         percent(large.front()->errors.median), large.back()->name,
                         percent(large.back()->errors.median));
    }
  }
  return fmt::format("Error by {}", key);
}

/// Middles only: tails are too few to be told by segment.
report::ErrorSection error_section(const Validation& validation, const std::string& key,
                                   const BandedMetrics& banded) {
  std::map<std::string, report::ErrorView> views;
  for (const ErrorSummary& summary : validation.summary) {
    if (summary.covered == 0 || summary.segment.size() != 2) continue;
    const auto& [of, value] = summary.segment.back();
    if (of != key || summary.metric.ends_with(kTail)) continue;
    views[summary.metric].segments.push_back(
        {.name = value,
         .family = key == "chip" ? vendor_of(validation, value) : "",
         .errors = figures_of(summary, kPlain, banded)});
  }
  report::ErrorSection section{.key = key};
  for (auto& [metric, view] : views) {
    view.metric = metric;
    std::ranges::stable_sort(view.segments, {}, [](const auto& one) { return one.errors.median; });
    section.views.push_back(std::move(view));
  }
  std::ranges::stable_sort(section.views, {},
                           [](const auto& view) { return place_of(view.metric); });
  for (report::ErrorView& view : section.views) {
    view.metric = capitalised(metric_words(view.metric));
  }
  section.text = {.title = segment_title(key, section.views),
                  .subtitle = fmt::format("Plain rows by {}: median error, 90th percentile, "
                                          "number of rows",
                                          key),
                  .note = ""};
  return section;
}

std::string why_apart(const std::string& group) {
  if (group == "speculative") return "how many drafts are accepted is rarely stated";
  if (group == "disaggregated") return "pools of prefill and decode with queues between them";
  if (group == "layout not stated") return "the best deployment stands for the one that was run";
  return "its source contradicts itself, or is known to err under these conditions";
}

std::vector<report::ApartRow> apart_rows(const Validation& validation,
                                         const BandedMetrics& banded) {
  std::set<std::string> groups;
  for (const ValidatedRow& row : validation.rows) {
    if (row.predicted && row.group != kPlain) groups.insert(row.group);
  }
  std::vector<report::ApartRow> rows;
  for (const std::string& group : groups) {
    for (const ErrorSummary* summary : of_group(validation, group)) {
      rows.push_back({.group = group,
                      .why = why_apart(group),
                      .metric = capitalised(metric_words(summary->metric)),
                      .errors = figures_of(*summary, group, banded)});
    }
  }
  return rows;
}

std::vector<report::UnpredictedRow> unpredicted_rows(const Validation& validation) {
  std::vector<report::UnpredictedRow> rows;
  for (const ValidatedRow& row : validation.rows) {
    if (row.predicted) continue;
    rows.push_back(
        {.row = row.id,
         .metric = capitalised(metric_words(fidelity::scored_metric(row))),
         .subject = row.model.empty() ? row.chip : fmt::format("{} on {}", row.model, row.chip),
         .status = row.status == RowStatus::kDoesNotFit ? "does not fit" : "unsupported",
         .reason = row.reason});
  }
  return rows;
}

}  // namespace

std::string metric_words(std::string_view metric) {
  const MetricName& name = name_of(metric);
  const std::string words(name.words.empty() ? metric : name.words);
  return !name.words.empty() && metric.ends_with(kTail) ? words + std::string(kTail) : words;
}

std::vector<report::AnswerRow> validation_answer(const Validation& validation) {
  const auto plain = of_group(validation, kPlain);
  return {coverage_row(validation), error_row(plain),
          band_row(plain, BandedMetrics(validation.rows))};
}

report::ValidationSection validation_section(const Validation& validation) {
  const BandedMetrics banded(validation.rows);
  SubjectList subjects;
  report::ValidationSection section;
  section.panels = panels_of(validation, banded, subjects);
  section.subjects = subjects.take();
  section.scatter = scatter_text(section.panels);
  for (const char* const key : {"chip", "model"}) {
    section.pictures.push_back(error_section(validation, key, banded));
  }
  for (const char* const key : {"vendor", "stack", "mode", "grade"}) {
    section.tables.push_back(error_section(validation, key, banded));
  }
  for (auto* const sections : {&section.pictures, &section.tables}) {
    std::erase_if(*sections, [](const report::ErrorSection& one) { return one.views.empty(); });
  }
  section.apart = apart_rows(validation, banded);
  int apart = 0;
  for (const report::ApartRow& row : section.apart) apart += row.errors.rows;
  section.apart_text = {.title = fmt::format("{} predicted rows are scored by themselves", apart),
                        .subtitle = "By group and metric, with why the group stands apart",
                        .note = ""};
  section.unpredicted = unpredicted_rows(validation);
  section.unpredicted_text = {
      .title = fmt::format("{} of {} rows have no prediction", section.unpredicted.size(),
                           validation.rows.size()),
      .subtitle = fmt::format("{} do not fit, {} are unsupported; every one with its reason",
                              count_of(validation, RowStatus::kDoesNotFit),
                              count_of(validation, RowStatus::kUnsupported)),
      .note = ""};
  return section;
}

}  // namespace offtake::findings
