#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/measurement/csv_table.hpp"
#include "offtake/units/month.hpp"

namespace offtake::measurement {

/// What was measured of serving, and its unit in the files.
enum class Metric {
  kTtft,         ///< `ttft_ms`
  kTpot,         ///< `tpot_ms`
  kEndToEnd,     ///< `e2e_ms`: a request from sent to last token
  kOutputRate,   ///< `output_tok_s`
  kTotalRate,    ///< `total_tok_s`: input and output
  kPrefillRate,  ///< `prefill_tok_s`: input
  kRequestRate,  ///< `req_s`
};

/// "ttft_ms" and so on, as the files write it.
std::string_view name(Metric metric);

enum class Statistic { kUnstated, kMean, kP50, kP99, kPeak };

/// What a rate is of.
enum class Scope { kSystem, kPerChip, kPerReplica };

/// How load was offered.
enum class Scenario {
  kServer,         ///< At a concurrency or a rate.
  kDisaggregated,  ///< The same on separate prefill and decode pools.
  kFixedBatch,     ///< Batches that start and end together, or one request at a time.
  kMaxThroughput,  ///< All requests at once.
  kOffline,        ///< The same, on the best deployment that was found.
};

/// The conditions of a run, as its source states them. An empty text or optional is not stated.
struct InferenceConditions {
  std::string source;
  std::string date;
  std::string model;
  std::string chip;
  std::string system;
  std::string weights;
  std::string kv_cache;
  std::string framework;
  std::string version;
  std::optional<int> chips;
  std::optional<int> tensor;
  std::optional<int> pipeline;
  std::optional<int> expert;
  std::optional<int> data;
  std::optional<double> input;        ///< Tokens.
  std::optional<double> output;       ///< Tokens.
  std::optional<double> concurrency;  ///< Requests at a time, or the batch.
  Scenario scenario = Scenario::kServer;
  std::string notes;

  auto operator<=>(const InferenceConditions&) const = default;
};

/// One published figure.
struct InferenceRow {
  std::string id;
  Place place;
  InferenceConditions conditions;
  Metric metric = Metric::kTpot;
  Statistic statistic = Statistic::kUnstated;
  Scope scope = Scope::kSystem;
  double value = 0;  ///< In the unit of the metric's name.
};

/// Reads the columns id, source, date, model, chip, system, n_chips, weights_dtype, kv_dtype,
/// framework, framework_version, tp, pp, ep, dp, isl, osl, batch_or_concurrency, scenario, metric,
/// stat, value, scope, notes; others are left. Throws one InputError with every problem: columns
/// that are missing, words that are not of the lists above, figures that are not positive numbers,
/// ids given twice.
std::vector<InferenceRow> read_inference_rows(const CsvTable& table);

}  // namespace offtake::measurement
