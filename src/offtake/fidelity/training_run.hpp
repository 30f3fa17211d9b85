#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/serving_run.hpp"
#include "offtake/measurement/training_row.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/training_job.hpp"
#include "offtake/perf/training_layout.hpp"

namespace offtake::fidelity {

/// What a source counts as the FLOP of a step.
enum class FlopCount {
  kCausal,    ///< The model's own; a token attends to half the sequence on average.
  kFull,      ///< The model's own; a token attends to the whole sequence.
  kHardware,  ///< All that are computed, recompute and hidden scores included.
};

/// A measured training configuration in the model's terms.
struct TrainingRun {
  const model::ModelArchitecture* model = nullptr;
  std::string system;  ///< Of the catalog.
  std::string chip;    ///< The same.
  std::string design;  ///< The chip's architecture.
  std::string vendor;
  std::string stack;
  std::string version;  ///< Of the stack: "26.04"; else the year; empty when neither is stated.
  std::optional<Date> date;
  int chips = 1;
  perf::TrainingJob job;
  perf::TrainingLayout layout;
  FlopCount flop_count = FlopCount::kCausal;
  bool batch_stated = true;  ///< Else rates are of a usual batch, and a step's time is unknown.
  bool regression = false;   ///< Its source says that the version was slower than it should be.
  std::vector<std::string> assumed;  ///< What the source does not state: "micro-batch" and so on.
};

/// Reads a run's conditions. What the source leaves out is filled in as its software does by
/// default, and named in `assumed`.
std::expected<TrainingRun, Unsupported> read_run(const measurement::TrainingConditions& conditions,
                                                 const catalog::Catalog& catalog);

/// Rows of one run, which one evaluation predicts: of the same conditions but for notes, under ids
/// that differ in their last letters at most ("mb-017t", "mb-017f").
struct MeasuredTraining {
  measurement::TrainingConditions conditions;  ///< With the notes of all its rows.
  std::vector<std::size_t> rows;               ///< Their places in the list of rows.
  /// The row by which the run is scored: a step's time before rates of tokens before samples;
  /// nothing when none is stated in time, of a stated batch, or in work.
  std::optional<std::size_t> scored;
};

/// In the order in which each first stands.
std::vector<MeasuredTraining> group_runs(const std::vector<measurement::TrainingRow>& rows);

}  // namespace offtake::fidelity
