#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/measurement/csv_table.hpp"

namespace offtake::measurement {

/// What was measured of training, and its unit in the files.
enum class TrainingMetric {
  kStepTime,     ///< `step_s`
  kChipTokens,   ///< `tok_s_chip`
  kTotalTokens,  ///< `tok_s_total`
  kSamples,      ///< `samples_s`
  kChipFlops,    ///< `tflops_chip`, by the source's own count of FLOP
  kMfu,          ///< `mfu_pct`, by the source's own count and peak
  kTimeToTrain,  ///< `time_to_train_min`: until a quality was reached
};

/// "step_s" and so on, as the files write it.
std::string_view name(TrainingMetric metric);

/// What the backward pass computed again.
enum class RecomputeStated { kUnstated, kNone, kSelective, kFull };

/// What the data-parallel ranks split.
enum class ShardingStated { kUnstated, kNone, kZero1, kZero2, kZero3, kHybrid };

/// The conditions of a run, as its source states them. An empty text or optional is not stated.
struct TrainingConditions {
  std::string source;
  std::string date;
  std::string model;
  std::string chip;
  std::string system;
  std::string format;  ///< Of the products.
  std::string framework;
  std::string version;
  std::optional<int> chips;
  std::optional<int> tensor;
  std::optional<int> pipeline;
  std::optional<int> virtual_stages;
  std::optional<int> context;
  std::optional<int> expert;
  std::optional<int> data;
  ShardingStated sharding = ShardingStated::kUnstated;
  std::optional<bool> sequence_parallel;
  RecomputeStated recompute = RecomputeStated::kUnstated;
  std::optional<int> sequence;      ///< Tokens.
  std::optional<int> global_batch;  ///< Samples.
  std::optional<int> micro_batch;   ///< Samples.
  std::string notes;

  auto operator<=>(const TrainingConditions&) const = default;
};

/// One published figure.
struct TrainingRow {
  std::string id;
  Place place;
  TrainingConditions conditions;
  TrainingMetric metric = TrainingMetric::kStepTime;
  double value = 0;  ///< In the unit of the metric's name.
};

/// Reads the columns id, source, date, model, chip, system, n_chips, dtype, framework,
/// framework_version, tp, pp, vpp, cp, ep, dp, sharding, sequence_parallel, recompute, seq_len,
/// global_batch, micro_batch, metric, value, notes; others are left. Throws one InputError with
/// every problem: columns that are missing, words that are not of the lists above, figures that are
/// not positive numbers, ids given twice.
std::vector<TrainingRow> read_training_rows(const CsvTable& table);

}  // namespace offtake::measurement
