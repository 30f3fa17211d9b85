#include <algorithm>
#include <array>
#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "offtake/fidelity/training_prediction.hpp"
#include "offtake/fidelity/training_run.hpp"
#include "offtake/fidelity/validation.hpp"
#include "offtake/perf/step_error.hpp"
#include "offtake/perf/yield.hpp"

namespace offtake::fidelity {
namespace {

using measurement::TrainingMetric;
using measurement::TrainingRow;
using ReadTraining = std::expected<TrainingRun, Unsupported>;

/// Systems by their id, the stack that trains and its version.
using TrainedSystems = std::map<std::array<std::string, 3>, hardware::System>;

TrainedSystems trained_systems(const std::vector<ReadTraining>& runs,
                               const catalog::Catalog& catalog) {
  TrainedSystems systems;
  for (const ReadTraining& run : runs) {
    if (!run) continue;
    const std::array key{run->system, run->stack, run->version};
    if (systems.contains(key)) continue;
    systems.emplace(key,
                    catalog.trained_by(**catalog.system(run->system), run->stack, run->version));
  }
  return systems;
}

/// The group of a row of a run: plain for the one that is scored.
std::string group_of(const TrainingRow& row, const TrainingRun& run, bool is_scored) {
  if (run.regression) return "suspect";
  if (is_scored) return "plain";
  if (row.metric == TrainingMetric::kChipFlops || row.metric == TrainingMetric::kMfu) {
    return "the source's count of FLOP";
  }
  return "repeats its run";
}

ValidatedRow unpredicted(const TrainingRow& row, std::string reason) {
  return {.id = row.id,
          .metric = std::string(name(row.metric)),
          .measured = row.value,
          .status = RowStatus::kUnsupported,
          .reason = std::move(reason),
          .chip = row.conditions.chip,
          .model = row.conditions.model,
          .mode = "training",
          .group = "not predicted"};
}

void validate_run(const MeasuredTraining& measured, const ReadTraining& run,
                  const TrainedSystems& systems, const std::vector<TrainingRow>& rows,
                  std::vector<ValidatedRow>& into) {
  const auto fill = [&](const std::string& reason) {
    for (const std::size_t i : measured.rows) into[i] = unpredicted(rows[i], reason);
  };
  if (!run) return fill(run.error().reason);
  const hardware::System& system = systems.at({run->system, run->stack, run->version});
  const auto prediction = predict(*run, system);
  if (!prediction) return fill(prediction.error().reason);
  for (const std::size_t i : measured.rows) {
    const auto value = prediction->of(rows[i].metric);
    if (!value) {
      into[i] = unpredicted(
          rows[i], run->batch_stated ? "the time until a quality is reached depends on the training"
                                     : "the batch is not stated, which sets a step's time");
      continue;
    }
    ValidatedRow& row = into[i];
    row = unpredicted(rows[i], "");
    row.status = RowStatus::kOk;
    for (const std::string& field : run->assumed) {
      row.reason += (row.reason.empty() ? "assumed: " : ", ") + field;
    }
    const auto band = perf::with_band(*value, perf::step_error(system, *run->model));
    row.predicted = band.value;
    row.low = band.low;
    row.high = band.high;
    row.chip = run->chip;
    row.vendor = run->vendor;
    row.model = run->model->id;
    row.stack = run->stack;
    row.group = group_of(rows[i], *run, measured.scored == i);
    row.grade = name(system.training.calibration.grade);
    const auto& known = system.training.calibration.models;
    row.known_model = std::ranges::find(known, run->model->id) != known.end();
  }
}

}  // namespace

std::vector<ValidatedRow> validate_training(const std::vector<TrainingRow>& rows,
                                            const catalog::Catalog& catalog,
                                            Parallelism parallelism) {
  const std::vector<MeasuredTraining> runs = group_runs(rows);
  std::vector<ReadTraining> read(runs.size());
  for_each_index(runs.size(), parallelism,
                 [&](std::size_t i) { read[i] = read_run(runs[i].conditions, catalog); });
  const TrainedSystems systems = trained_systems(read, catalog);
  std::vector<ValidatedRow> validated(rows.size());
  for_each_index(runs.size(), parallelism,
                 [&](std::size_t i) { validate_run(runs[i], read[i], systems, rows, validated); });
  return validated;
}

}  // namespace offtake::fidelity
