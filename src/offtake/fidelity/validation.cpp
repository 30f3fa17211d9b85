#include "offtake/fidelity/validation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "offtake/base/quantile.hpp"
#include "offtake/fidelity/collective_score.hpp"
#include "offtake/fidelity/serving_prediction.hpp"
#include "offtake/fidelity/source_fault.hpp"
#include "offtake/fidelity/stacked_systems.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {

using namespace offtake::literals;

namespace {

using measurement::InferenceRow;

std::string_view statistic_name(measurement::Statistic statistic) {
  constexpr std::array<std::string_view, 5> kNames{"", "mean", "p50", "p99", "peak"};
  return kNames[static_cast<std::size_t>(statistic)];
}

std::string_view mode_name(const ServingRun& run) {
  if (run.pools) return "pools";
  constexpr std::array<std::string_view, 5> kNames{"closed loop", "offered rate", "fixed batch",
                                                   "saturated", "best found"};
  return kNames[run.load.index()];
}

ValidatedRow unpredicted(const InferenceRow& row, RowStatus status, std::string reason) {
  return {.id = row.id,
          .metric = std::string(name(row.metric)),
          .statistic = std::string(statistic_name(row.statistic)),
          .measured = row.value,
          .status = status,
          .reason = std::move(reason),
          .chip = row.conditions.chip,
          .model = row.conditions.model,
          .group = "not predicted"};
}

/// Validates the rows of one run into their places.
void validate_run(const MeasuredRun& measured, const ReadRun& run, const StackedSystems& systems,
                  const std::vector<InferenceRow>& rows, std::vector<ValidatedRow>& into) {
  const auto fill = [&](RowStatus status, const std::string& reason) {
    for (const std::size_t i : measured.rows) into[i] = unpredicted(rows[i], status, reason);
  };
  if (!run) return fill(RowStatus::kUnsupported, run.error().reason);
  std::vector<InferenceRow> own;
  for (const std::size_t i : measured.rows) own.push_back(rows[i]);
  const std::vector<std::string> faults = source_faults(own);
  const hardware::System& system = systems.at({run->system, run->stack});
  const auto prediction = predict(*run, system);
  if (!prediction) {
    return fill(prediction.error().does_not_fit ? RowStatus::kDoesNotFit : RowStatus::kUnsupported,
                prediction.error().reason);
  }
  std::vector<InferenceRow> predicted = own;
  std::erase_if(predicted, [&](const InferenceRow& row) { return !prediction->of(row); });
  const std::vector<double> spreads = fitted_spread(*run, system, predicted);
  auto spread = spreads.begin();
  auto fault = faults.begin();
  const auto& models = system.serving.calibration.models;
  for (const std::size_t i : measured.rows) {
    const std::string& doubt = *fault++;
    const auto value = prediction->of(rows[i]);
    if (!value) {
      into[i] = unpredicted(rows[i], RowStatus::kUnsupported,
                            "the queue grows without end, and the time with it");
      continue;
    }
    ValidatedRow& row = into[i];
    row = unpredicted(rows[i], RowStatus::kOk, doubt);
    const auto band = perf::with_band(
        *value, std::hypot(*spread++, unexplained_error(*run, system, rows[i].metric)));
    row.predicted = band.value;
    row.low = band.low;
    row.high = band.high;
    row.grade = name(system.serving.calibration.grade);
    row.known_model = std::ranges::find(models, run->model->id) != models.end();
    row.chip = run->chip;
    row.vendor = run->vendor;
    row.model = run->model->id;
    row.stack = run->stack;
    row.mode = mode_name(*run);
    row.group = doubt.empty() ? name(run->kind) : "suspect";
  }
}

using Segment = std::vector<std::pair<std::string, std::string>>;

ErrorSummary summary_of(const std::string& metric, const Segment& segment,
                        const std::vector<const ValidatedRow*>& rows) {
  ErrorSummary summary{.metric = metric, .segment = segment};
  std::vector<double> errors;
  std::vector<double> sizes;
  int inside = 0;
  for (const ValidatedRow* row : rows) {
    ++summary.rows;
    if (!row->predicted) continue;
    ++summary.covered;
    errors.push_back(*row->predicted / row->measured - 1.0);
    sizes.push_back(std::abs(errors.back()));
    if (row->low && row->high && *row->low <= row->measured && row->measured <= *row->high)
      ++inside;
  }
  if (summary.covered == 0) return summary;
  summary.ape_median = quantile(sizes, 0.5);
  summary.ape_p90 = quantile(sizes, 0.9);
  summary.bias_median = quantile(errors, 0.5);
  summary.band_coverage = static_cast<double>(inside) / summary.covered;
  return summary;
}

}  // namespace

std::string_view name(RowStatus status) {
  constexpr std::array<std::string_view, 3> kNames{"ok", "does_not_fit", "unsupported"};
  return kNames[static_cast<std::size_t>(status)];
}

std::vector<ValidatedRow> validate_inference(const std::vector<InferenceRow>& rows,
                                             const catalog::Catalog& catalog,
                                             Parallelism parallelism) {
  const std::vector<MeasuredRun> runs = group_runs(rows);
  std::vector<ValidatedRow> validated(rows.size());
  std::vector<ReadRun> read(runs.size());
  for_each_index(runs.size(), parallelism,
                 [&](std::size_t i) { read[i] = read_run(runs[i].conditions, catalog); });
  const StackedSystems systems = stacked_systems(read, catalog);
  for_each_index(runs.size(), parallelism,
                 [&](std::size_t i) { validate_run(runs[i], read[i], systems, rows, validated); });
  return validated;
}

std::vector<ValidatedRow> validate_collectives(const std::vector<measurement::CollectiveRow>& rows,
                                               const catalog::Catalog& catalog) {
  std::vector<ValidatedRow> validated;
  for (const ScoredCollective& scored : score_collectives(rows, libraries_of(catalog))) {
    ValidatedRow row{.id = std::to_string(scored.row.place.line),
                     .metric = "latency_us",
                     .measured = scored.row.time.in(1.0_us),
                     .status = scored.prediction ? RowStatus::kOk : RowStatus::kUnsupported,
                     .reason = scored.unsupported,
                     .chip = scored.row.chip,
                     .mode = "collective",
                     .group = scored.prediction ? "plain" : "not predicted"};
    if (const auto system = catalog.system(row.chip)) {
      row.chip = (*system)->chip.id;
      row.vendor = (*system)->chip.vendor;
    }
    if (scored.prediction) {
      row.predicted = scored.prediction->time.in(1.0_us);
      row.low = scored.prediction->low.in(1.0_us);
      row.high = scored.prediction->high.in(1.0_us);
    }
    validated.push_back(std::move(row));
  }
  return validated;
}

std::string scored_metric(const ValidatedRow& row) {
  return row.statistic == "p99" ? row.metric + " p99" : row.metric;
}

std::vector<ErrorSummary> summarise(std::span<const ValidatedRow> rows) {
  std::map<std::pair<std::string, Segment>, std::vector<const ValidatedRow*>> parts;
  for (const ValidatedRow& row : rows) {
    const std::string metric = scored_metric(row);
    parts[{metric, {}}].push_back(&row);
    parts[{metric, {{"group", row.group}}}].push_back(&row);
    if (row.group != "plain") continue;
    for (const auto& [key, value] :
         {std::pair("chip", &row.chip), std::pair("vendor", &row.vendor),
          std::pair("model", &row.model), std::pair("stack", &row.stack),
          std::pair("mode", &row.mode), std::pair("grade", &row.grade)}) {
      if (!value->empty()) parts[{metric, {{"group", row.group}, {key, *value}}}].push_back(&row);
    }
  }
  std::vector<ErrorSummary> summaries;
  for (const auto& [key, members] : parts) {
    summaries.push_back(summary_of(key.first, key.second, members));
  }
  return summaries;
}

}  // namespace offtake::fidelity
