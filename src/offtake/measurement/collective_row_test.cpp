#include "offtake/measurement/collective_row.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "offtake/units/literals.hpp"

namespace offtake::measurement {

using namespace offtake::literals;

TEST_CASE("by hand: a row's time, its library and over how many nodes it lies") {
  const CsvTable table(
      "system,chip,n_chips,collective,bytes,algbw_GBs,busbw_GBs,latency_us,source\n"
      "\"h100_sxm single node, NCCL 2.29.2\",H100-SXM,8,all_reduce,1024,,,15.6,a\n"
      "\"a100_dgx, 2 devices per node\",A100-80G,4,alltoall,2048,,,61,b\n"
      "Jean Zay 4 nodes 32x A100,A100-80G,32,all_gather,4000059030,,,1531200,c\n",
      "collectives.csv");
  const auto rows = read_collective_rows(table);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].library == "NCCL 2.29.2");
  CHECK(rows[0].nodes == 1);
  CHECK(rows[0].ranks == 8);
  CHECK(rows[0].message == 1.0_KiB);
  CHECK(rows[0].time.in(1.0_us) == doctest::Approx(15.6));
  CHECK(rows[0].place.line == 2);
  CHECK(rows[1].library.empty());
  CHECK(rows[1].nodes == 2);
  CHECK(name(rows[1].collective) == "alltoall");
  CHECK(rows[2].nodes == 4);
}

TEST_CASE("every problem of a file is told at once, with its line and column") {
  const CsvTable table(
      "system,chip,n_chips,collective,bytes,latency_us,source\n"
      "s,H100,1,all_reduce,1024,15.6,a\n"
      "s,H100,2,broadcast,-4,,a\n",
      "collectives.csv");
  try {
    read_collective_rows(table);
    FAIL("no problem was told");
  } catch (const InputError& error) {
    std::vector<std::pair<int, std::string>> told;
    for (const Problem& problem : error.problems()) {
      told.emplace_back(problem.place.line, problem.path);
    }
    const std::vector<std::pair<int, std::string>> expected{
        {2, "n_chips"}, {3, "bytes"}, {3, "collective"}, {3, "latency_us"}};
    std::ranges::sort(told);
    CHECK(told == expected);
  }
}

TEST_CASE("a table without the columns of a collective is wrong input") {
  CHECK_THROWS_AS(read_collective_rows(CsvTable("chip,bytes\nH100,2\n", "t.csv")), InputError);
}

}  // namespace offtake::measurement
