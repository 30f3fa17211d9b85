#include "offtake/measurement/training_row.hpp"

#include <array>
#include <set>

#include "offtake/measurement/row_reader.hpp"

namespace offtake::measurement {
namespace {

constexpr std::array kMetrics{
    Word{"step_s", TrainingMetric::kStepTime},
    Word{"tok_s_chip", TrainingMetric::kChipTokens},
    Word{"tok_s_total", TrainingMetric::kTotalTokens},
    Word{"samples_s", TrainingMetric::kSamples},
    Word{"tflops_chip", TrainingMetric::kChipFlops},
    Word{"mfu_pct", TrainingMetric::kMfu},
    Word{"time_to_train_min", TrainingMetric::kTimeToTrain},
};

constexpr std::array kSharding{
    Word{"", ShardingStated::kUnstated},   Word{"none", ShardingStated::kNone},
    Word{"zero1", ShardingStated::kZero1}, Word{"zero2", ShardingStated::kZero2},
    Word{"zero3", ShardingStated::kZero3}, Word{"fsdp", ShardingStated::kZero3},
    Word{"hsdp", ShardingStated::kHybrid},
};

constexpr std::array kRecompute{
    Word{"", RecomputeStated::kUnstated},
    Word{"none", RecomputeStated::kNone},
    Word{"selective", RecomputeStated::kSelective},
    Word{"full", RecomputeStated::kFull},
};

constexpr std::array kFlags{
    Word{"", std::optional<bool>()},
    Word{"true", std::optional<bool>(true)},
    Word{"false", std::optional<bool>(false)},
};

constexpr std::string_view kRequired[] = {
    "id", "model", "chip", "n_chips", "framework", "seq_len", "global_batch", "metric", "value"};

TrainingConditions read_conditions(RowReader& reader, const CsvTable::Row& row) {
  return {.source = reader.text(row, "source"),
          .date = reader.text(row, "date"),
          .model = reader.text(row, "model"),
          .chip = reader.text(row, "chip"),
          .system = reader.text(row, "system"),
          .format = reader.text(row, "dtype"),
          .framework = reader.text(row, "framework"),
          .version = reader.text(row, "framework_version"),
          .chips = reader.count(row, "n_chips"),
          .tensor = reader.count(row, "tp"),
          .pipeline = reader.count(row, "pp"),
          .virtual_stages = reader.count(row, "vpp"),
          .context = reader.count(row, "cp"),
          .expert = reader.count(row, "ep"),
          .data = reader.count(row, "dp"),
          .sharding = reader.word(row, "sharding", kSharding),
          .sequence_parallel = reader.word(row, "sequence_parallel", kFlags),
          .recompute = reader.word(row, "recompute", kRecompute),
          .sequence = reader.count(row, "seq_len"),
          .global_batch = reader.count(row, "global_batch"),
          .micro_batch = reader.count(row, "micro_batch"),
          .notes = reader.text(row, "notes")};
}

}  // namespace

std::string_view name(TrainingMetric metric) {
  for (const Word<TrainingMetric>& word : kMetrics) {
    if (word.meaning == metric) return word.text;
  }
  return {};
}

std::vector<TrainingRow> read_training_rows(const CsvTable& table) {
  RowReader reader(table);
  reader.require_columns(kRequired);
  reader.finish();
  std::vector<TrainingRow> rows;
  std::set<std::string> ids;
  for (const CsvTable::Row& row : table.rows()) {
    rows.push_back({.id = reader.text(row, "id"),
                    .place = {table.file(), row.line, 0},
                    .conditions = read_conditions(reader, row),
                    .metric = reader.word(row, "metric", kMetrics),
                    .value = reader.positive(row, "value").value_or(0.0)});
    if (table.cell(row, "value").empty()) reader.reject(row, "value", "a number above zero");
    if (!ids.insert(rows.back().id).second) reader.reject(row, "id", "an id that no other row has");
  }
  reader.finish();
  return rows;
}

}  // namespace offtake::measurement
