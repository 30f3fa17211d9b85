#include "offtake/perf/layout_rules.hpp"

#include <doctest/doctest.h>

#include "offtake/perf/training_example.hpp"

namespace offtake::perf {

TEST_CASE("a layout that runs has no problems") {
  const TrainingWork work = training_work(example::llama_405b(), 8192);
  const TrainingLayout layout{.parallel = {.tensor = 8, .pipeline = 16, .data = 8},
                              .virtual_stages = 8};
  CHECK(layout_problems(layout, work, {.sequence = 8192, .global_batch = 1024},
                        {.chips = 1024, .scale_up_chips = 8})
            .empty());
}

TEST_CASE("all problems of a layout are told at once") {
  const TrainingWork work = training_work(example::llama_405b(), 8192);
  const TrainingLayout layout{
      .parallel = {.tensor = 16, .pipeline = 200, .data = 3, .context = 5, .expert = 2}};
  const std::vector<std::string> problems = layout_problems(
      layout, work, {.sequence = 8192, .global_batch = 1023}, {.chips = 64, .scale_up_chips = 8});
  REQUIRE(problems.size() == 5);
  CHECK(problems[0] == "tp x pp x dp x cp = 16 x 200 x 3 x 5 is 48000 chips, not 64");
  CHECK(problems[4] == "cp = 5 does not divide 8192 tokens");
}

TEST_CASE("DualPipe takes an even pipeline and enough micro-batches") {
  const TrainingWork work = training_work(example::llama_405b(), 8192);
  const auto problems = [&](Schedule schedule, int pipeline, int data, int global_batch) {
    return layout_problems({.parallel = {.tensor = 8, .pipeline = pipeline, .data = data},
                            .schedule = schedule},
                           work, {.sequence = 8192, .global_batch = global_batch},
                           {.chips = 8 * pipeline * data, .scale_up_chips = 8})
        .size();
  };
  CHECK(problems(Schedule::kDualPipe, 16, 4, 128) == 0);
  CHECK(problems(Schedule::kDualPipe, 16, 4, 120) == 1);  // 30 of 32 micro-batches.
  CHECK(problems(Schedule::kDualPipe, 9, 4, 160) == 1);
  CHECK(problems(Schedule::kZeroBubble, 9, 4, 4) == 0);
  CHECK(problems(Schedule::kZeroBubble, 1, 4, 4) == 1);
}

TEST_CASE("a degree of zero is a problem by itself") {
  const TrainingWork work = training_work(example::llama_405b(), 8192);
  CHECK(layout_problems({.parallel = {.data = 0}}, work, {}, {}).size() == 1);
}

}  // namespace offtake::perf
