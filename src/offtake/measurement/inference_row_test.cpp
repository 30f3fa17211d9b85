#include "offtake/measurement/inference_row.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace offtake::measurement {

TEST_CASE("by hand: a row's conditions, figure and place") {
  const CsvTable table(
      "id,model,chip,n_chips,framework,tp,isl,osl,batch_or_concurrency,scenario,metric,stat,value\n"
      "x-1,Llama-3.1-70B,H100-SXM,8,vllm,8,1024,,64,server,tpot_ms,p50,21.5\n",
      "inference.csv");
  const auto rows = read_inference_rows(table);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].metric == Metric::kTpot);
  CHECK(name(rows[0].metric) == "tpot_ms");
  CHECK(rows[0].statistic == Statistic::kP50);
  CHECK(rows[0].scope == Scope::kSystem);
  CHECK(rows[0].value == 21.5);
  CHECK(rows[0].conditions.tensor == 8);
  CHECK(rows[0].conditions.input == 1024.0);
  CHECK_FALSE(rows[0].conditions.output.has_value());
  CHECK_FALSE(rows[0].conditions.expert.has_value());
  CHECK(rows[0].place.line == 2);
}

TEST_CASE("every problem of a file is told at once, with its line and column") {
  const CsvTable table(
      "id,model,chip,framework,tp,scenario,metric,stat,value\n"
      "x-1,M,H100,vllm,eight,server,tpot_ms,mean,1\n"
      "x-1,M,H100,vllm,8,servers,tpot,median,-1\n"
      "x-2,M,H100,vllm,8,server,tpot_ms,mean,\n",
      "inference.csv");
  try {
    read_inference_rows(table);
    FAIL("no problem was told");
  } catch (const InputError& error) {
    std::vector<std::pair<int, std::string>> told;
    for (const Problem& problem : error.problems()) {
      told.emplace_back(problem.place.line, problem.path);
    }
    const std::vector<std::pair<int, std::string>> expected{
        {2, "tp"},   {3, "id"},    {3, "metric"}, {3, "scenario"},
        {3, "stat"}, {3, "value"}, {4, "value"}};
    std::ranges::sort(told);
    CHECK(told == expected);
  }
}

TEST_CASE("a table without the columns that a row needs is wrong input") {
  CHECK_THROWS_AS(read_inference_rows(CsvTable("id,value\n1,2\n", "t.csv")), InputError);
}

}  // namespace offtake::measurement
