#include "offtake/measurement/training_row.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace offtake::measurement {

TEST_CASE("by hand: a training row's conditions, figure and place") {
  const CsvTable table(
      "id,model,chip,n_chips,dtype,framework,tp,pp,vpp,sharding,sequence_parallel,recompute,"
      "seq_len,global_batch,micro_batch,metric,value\n"
      "x-1,GPT-3 175B,H100-SXM,64,fp8,NeMo,4,8,6,fsdp,false,full,2048,256,1,step_s,10.5\n",
      "training.csv");
  const auto rows = read_training_rows(table);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].metric == TrainingMetric::kStepTime);
  CHECK(name(rows[0].metric) == "step_s");
  CHECK(rows[0].value == 10.5);
  const TrainingConditions& conditions = rows[0].conditions;
  CHECK(conditions.chips == 64);
  CHECK(conditions.virtual_stages == 6);
  CHECK_FALSE(conditions.context.has_value());
  CHECK(conditions.sharding == ShardingStated::kZero3);
  CHECK(conditions.sequence_parallel == false);
  CHECK(conditions.recompute == RecomputeStated::kFull);
  CHECK(rows[0].place.line == 2);
}

TEST_CASE("every problem of a table of training is told at once, with its line and column") {
  const CsvTable table(
      "id,model,chip,n_chips,framework,recompute,seq_len,global_batch,metric,value\n"
      "x-1,M,H100,eight,NeMo,full,2048,64,step_s,1\n"
      "x-1,M,H100,8,NeMo,some,2048,64,steps,0\n",
      "training.csv");
  try {
    read_training_rows(table);
    FAIL("no problem was told");
  } catch (const InputError& error) {
    std::vector<std::pair<int, std::string>> told;
    for (const Problem& problem : error.problems()) {
      told.emplace_back(problem.place.line, problem.path);
    }
    const std::vector<std::pair<int, std::string>> expected{
        {2, "n_chips"}, {3, "id"}, {3, "metric"}, {3, "recompute"}, {3, "value"}};
    std::ranges::sort(told);
    CHECK(told == expected);
  }
}

}  // namespace offtake::measurement
