#include "offtake/measurement/inference_row.hpp"

#include <array>
#include <set>

#include "offtake/measurement/row_reader.hpp"

namespace offtake::measurement {
namespace {

constexpr std::array kMetrics{
    Word{"ttft_ms", Metric::kTtft},          Word{"tpot_ms", Metric::kTpot},
    Word{"e2e_ms", Metric::kEndToEnd},       Word{"output_tok_s", Metric::kOutputRate},
    Word{"total_tok_s", Metric::kTotalRate}, Word{"prefill_tok_s", Metric::kPrefillRate},
    Word{"req_s", Metric::kRequestRate},
};

constexpr std::array kStatistics{
    Word{"mean", Statistic::kMean}, Word{"p50", Statistic::kP50},   Word{"p99", Statistic::kP99},
    Word{"peak", Statistic::kPeak}, Word{"", Statistic::kUnstated},
};

constexpr std::array kScopes{
    Word{"system", Scope::kSystem},
    Word{"per_chip", Scope::kPerChip},
    Word{"per_replica", Scope::kPerReplica},
    Word{"", Scope::kSystem},
};

constexpr std::array kScenarios{
    Word{"server", Scenario::kServer},          Word{"disaggregated", Scenario::kDisaggregated},
    Word{"fixed_batch", Scenario::kFixedBatch}, Word{"max_throughput", Scenario::kMaxThroughput},
    Word{"offline", Scenario::kOffline},
};

constexpr std::string_view kRequired[] = {"id",       "model",  "chip", "framework",
                                          "scenario", "metric", "value"};

InferenceConditions read_conditions(RowReader& reader, const CsvTable::Row& row) {
  return {.source = reader.text(row, "source"),
          .date = reader.text(row, "date"),
          .model = reader.text(row, "model"),
          .chip = reader.text(row, "chip"),
          .system = reader.text(row, "system"),
          .weights = reader.text(row, "weights_dtype"),
          .kv_cache = reader.text(row, "kv_dtype"),
          .framework = reader.text(row, "framework"),
          .version = reader.text(row, "framework_version"),
          .chips = reader.count(row, "n_chips"),
          .tensor = reader.count(row, "tp"),
          .pipeline = reader.count(row, "pp"),
          .expert = reader.count(row, "ep"),
          .data = reader.count(row, "dp"),
          .input = reader.positive(row, "isl"),
          .output = reader.positive(row, "osl"),
          .concurrency = reader.positive(row, "batch_or_concurrency"),
          .scenario = reader.word(row, "scenario", kScenarios),
          .notes = reader.text(row, "notes")};
}

}  // namespace

std::string_view name(Metric metric) {
  for (const Word<Metric>& word : kMetrics) {
    if (word.meaning == metric) return word.text;
  }
  return {};
}

std::vector<InferenceRow> read_inference_rows(const CsvTable& table) {
  RowReader reader(table);
  reader.require_columns(kRequired);
  reader.finish();
  std::vector<InferenceRow> rows;
  std::set<std::string> ids;
  for (const CsvTable::Row& row : table.rows()) {
    rows.push_back({.id = reader.text(row, "id"),
                    .place = {table.file(), row.line, 0},
                    .conditions = read_conditions(reader, row),
                    .metric = reader.word(row, "metric", kMetrics),
                    .statistic = reader.word(row, "stat", kStatistics),
                    .scope = reader.word(row, "scope", kScopes),
                    .value = reader.positive(row, "value").value_or(0.0)});
    if (table.cell(row, "value").empty()) reader.reject(row, "value", "a number above zero");
    if (!ids.insert(rows.back().id).second) reader.reject(row, "id", "an id that no other row has");
  }
  reader.finish();
  return rows;
}

}  // namespace offtake::measurement
