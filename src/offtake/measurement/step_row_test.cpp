#include "offtake/measurement/step_row.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "offtake/units/literals.hpp"

namespace offtake::measurement {

using namespace offtake::literals;

namespace {

std::vector<std::pair<int, std::string>> problems_of(std::string_view text) {
  std::vector<std::pair<int, std::string>> told;
  try {
    read_step_rows(CsvTable(text, "steps.csv"));
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) {
      told.emplace_back(problem.place.line, problem.path);
    }
  }
  std::ranges::sort(told);
  return told;
}

}  // namespace

TEST_CASE("published: the three iterations of a table are read as they stand") {
  // Agrawal et al., "SARATHI", arXiv 2308.16369, 2023, table 2: LLaMA-13B on an A6000.
  const auto rows =
      read_step_rows(CsvTable("prompt_tokens,sequences,context_tokens,step_ms,note\n"
                              "1024,0,,234.8,prefill only\n"
                              "0,4,1024,49.96,decode only\n"
                              "1021,3,1024,238.4,both\n",
                              "steps.csv"));
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].prompt_tokens == 1024);
  CHECK(rows[0].context_tokens == 0);
  CHECK(rows[1].sequences == 4);
  CHECK(rows[1].time.in(1.0_ms) == doctest::Approx(49.96));
  CHECK(rows[2].context_tokens == 1024);
  CHECK(rows[2].place.line == 4);
}

TEST_CASE("every problem of a table of steps is told at once, with its line and column") {
  const std::vector<std::pair<int, std::string>> expected{
      {2, "step_ms"},   {3, "context_tokens"}, {4, "prompt_tokens"},
      {5, "sequences"}, {5, "step_ms"},        {7, "prompt_tokens"}};
  CHECK(problems_of("prompt_tokens,sequences,context_tokens,step_ms\n"
                    "512,0,,-1\n"
                    "0,4,,10\n"
                    "0,0,5,10\n"
                    "9,a,5,\n"
                    "0,1,5,3\n"
                    "0,1,5,4\n") == expected);
}

TEST_CASE("a table needs steps with prompts and without") {
  const std::string names = "prompt_tokens,sequences,context_tokens,step_ms\n";
  CHECK(problems_of(names + "512,0,,10\n").size() == 1);
  CHECK(problems_of(names + "0,1,100,10\n").size() == 1);
  CHECK(problems_of(names + "512,0,,10\n0,1,100,10\n").empty());
  CHECK(problems_of("prompt_tokens,step_ms\n1,1\n").size() == 2);
}

}  // namespace offtake::measurement
