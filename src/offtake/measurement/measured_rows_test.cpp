#include "offtake/measurement/measured_rows.hpp"

#include <doctest/doctest.h>

#include <string>

namespace offtake::measurement {
namespace {

std::string problem_of(const std::string& text) {
  try {
    read_measured_rows(CsvTable(text, "t.csv"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a table's columns tell its kind") {
  const MeasuredRows collectives =
      read_measured_rows(CsvTable("system,chip,n_chips,collective,bytes,latency_us,source\n"
                                  "NCCL 2.27.3,H100-SXM,8,all_reduce,1024,20,s\n",
                                  "c.csv"));
  REQUIRE(std::holds_alternative<std::vector<CollectiveRow>>(collectives));
  CHECK(std::get<std::vector<CollectiveRow>>(collectives).size() == 1);
  const MeasuredRows inference =
      read_measured_rows(CsvTable("id,model,chip,framework,scenario,metric,value\n"
                                  "x-1,Llama-3.1-8B,H100-SXM,vllm,server,tpot_ms,7\n",
                                  "i.csv"));
  REQUIRE(std::holds_alternative<std::vector<InferenceRow>>(inference));
  CHECK(std::get<std::vector<InferenceRow>>(inference).size() == 1);
  const MeasuredRows training = read_measured_rows(
      CsvTable("id,model,chip,n_chips,framework,seq_len,global_batch,metric,value\n"
               "x-1,GPT-3 175B,H100-SXM,64,NeMo,2048,256,step_s,3\n",
               "t.csv"));
  REQUIRE(std::holds_alternative<std::vector<TrainingRow>>(training));
  CHECK(std::get<std::vector<TrainingRow>>(training).size() == 1);
}

TEST_CASE("a table of no known kind says which columns would tell it") {
  const std::string told = problem_of("id,value\n1,2\n");
  CHECK(told.find("\"metric\"") != std::string::npos);
  CHECK(told.find("\"collective\"") != std::string::npos);
}

TEST_CASE("a table without rows is wrong input") {
  CHECK(problem_of("id,model,chip,framework,scenario,metric,value\n").find("at least one row") !=
        std::string::npos);
}

}  // namespace offtake::measurement
