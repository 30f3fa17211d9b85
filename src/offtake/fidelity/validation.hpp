#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/serving_run.hpp"
#include "offtake/measurement/collective_row.hpp"
#include "offtake/measurement/inference_row.hpp"
#include "offtake/measurement/training_row.hpp"

namespace offtake::fidelity {

enum class RowStatus { kOk, kDoesNotFit, kUnsupported };

std::string_view name(RowStatus status);  ///< "ok", "does_not_fit", "unsupported".

/// One published figure beside what the model says of it, both in the unit of the metric.
struct ValidatedRow {
  std::string id;
  std::string metric;  ///< "tpot_ms"; of collectives "latency_us".
  std::string statistic;
  double measured = 0;
  std::optional<double> predicted;
  std::optional<double> low;  ///< Of the 80% band.
  std::optional<double> high;
  std::optional<double> simulated;  ///< What a simulation says of it (simulated_validation.hpp).
  RowStatus status = RowStatus::kOk;
  std::string reason;  ///< Why there is no prediction, or why the row is set apart.
  // Segments.
  std::string chip;
  std::string vendor;
  std::string model;
  std::string stack;
  std::string mode;   ///< "closed loop", "offered rate", "fixed batch", "saturated", "pools",
                      ///< "best found", "training", "collective".
  std::string group;  ///< "plain", or why the row is scored by itself.
  std::string grade;  ///< Of the fit: "own rows", "relative", "stack", "none".
  bool known_model = false;  ///< The fit has rows of the model.
};

/// What a list of rows comes to. Percentages are of |predicted / measured - 1|.
struct ErrorSummary {
  std::string metric;
  std::vector<std::pair<std::string, std::string>> segment;  ///< Such as {"chip", "h100-sxm"}.
  int rows = 0;
  int covered = 0;  ///< With a prediction.
  double ape_median = 0;
  double ape_p90 = 0;
  double bias_median = 0;    ///< Of predicted / measured - 1.
  double band_coverage = 0;  ///< Share of measured figures inside of their band.
};

struct Validation {
  std::vector<ValidatedRow> rows;  ///< Every row of every file, in order.
  std::vector<ErrorSummary> summary;
};

/// Predicts every row: each run once, on as many threads as there are.
std::vector<ValidatedRow> validate_inference(const std::vector<measurement::InferenceRow>& rows,
                                             const catalog::Catalog& catalog,
                                             Parallelism parallelism);
/// Of training each run is predicted once. Rows in the source's own count of FLOP or share of a
/// peak, and those that a better row of their run repeats, are told apart from the one by which the
/// run is scored.
std::vector<ValidatedRow> validate_training(const std::vector<measurement::TrainingRow>& rows,
                                            const catalog::Catalog& catalog,
                                            Parallelism parallelism);
std::vector<ValidatedRow> validate_collectives(const std::vector<measurement::CollectiveRow>& rows,
                                               const catalog::Catalog& catalog);

/// By metric; by group and metric; and of plain rows by metric with each of chip, vendor, model,
/// stack, mode and grade. Segments with no row that has a prediction have zeros.
std::vector<ErrorSummary> summarise(std::span<const ValidatedRow> rows);

/// The metric that a row is summarised under: a tail is not scored with the middle ("ttft_ms p99").
std::string scored_metric(const ValidatedRow& row);

}  // namespace offtake::fidelity
