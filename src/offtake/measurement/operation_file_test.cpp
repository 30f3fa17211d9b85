#include "offtake/measurement/operation_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "offtake/base/input_error.hpp"

namespace offtake::measurement {
namespace {

constexpr std::string_view kHeader =
    "package,chip,stack,version,operation,kernel,format,cache,batch,tokens,inputs,outputs,heads,"
    "kv_heads,head_dim,window,experts,active,tensor,expert,us\n";

std::vector<OperationRow> read(const std::string& lines) {
  return read_operation_rows(CsvTable(std::string(kHeader) + lines, "operations.csv"));
}

TEST_CASE("by hand: a product and a decode of attention") {
  const auto rows = read(
      "0.12.0,h100-sxm,vllm,0.24.0,gemm,linear,bf16,,,16,1024,4096,,,,,,,,,15.5\n"
      "0.12.0,h100-sxm,vllm,0.24.0,decode_attention,fa3,,fp8,8,1024,,,32,8,128,0,,,,,18.2\n");
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].kind == OperationKind::kGemm);
  CHECK(name(rows[0].kind) == "gemm");
  CHECK(rows[0].package == "0.12.0");
  CHECK(rows[0].format == "bf16");
  CHECK(rows[0].tokens == 16);
  CHECK(rows[0].inputs == 1024);
  CHECK(rows[0].outputs == 4096);
  CHECK(rows[0].time.base_units() == doctest::Approx(15.5e-6));
  CHECK(rows[1].kind == OperationKind::kDecodeAttention);
  CHECK(rows[1].cache == "fp8");
  CHECK(rows[1].batch == 8);
  CHECK(rows[1].kv_heads == 8);
  CHECK(rows[1].window == 0);
  CHECK(rows[1].line == 3);
}

TEST_CASE("every problem is told at once, with its line and column") {
  try {
    read(
        "1,h,v,1,gemm,k,,,,16,0,4096,,,,,,,,,15.5\n"
        "1,h,v,1,experts,k,fp8,,,many,1,1,,,,,8,2,1,,-1\n"
        "1,h,v,1,norm,k,fp8,,,1,1,1,,,,,,,,,\n");
    FAIL("no problem was told");
  } catch (const InputError& error) {
    std::vector<std::pair<int, std::string>> told;
    for (const Problem& problem : error.problems()) {
      told.emplace_back(problem.place.line, problem.path);
    }
    const std::vector<std::pair<int, std::string>> expected{
        {2, "format"}, {2, "inputs"}, {3, "tokens"},   {3, "expert"},
        {3, "us"},     {4, "us"},     {4, "operation"}};
    for (const auto& problem : expected) {
      CAPTURE(problem.first);
      CAPTURE(problem.second);
      CHECK(std::ranges::count(told, problem) == 1);
    }
    CHECK(told.size() == expected.size());
  }
}

TEST_CASE("a table without the columns that a row needs is wrong input") {
  CHECK_THROWS_AS(read_operation_rows(CsvTable("chip,us\nh,1\n", "t.csv")), InputError);
}

}  // namespace
}  // namespace offtake::measurement
