#include "offtake/serve/step_run.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace offtake;
using namespace offtake::serve;

TEST_CASE("steps of a run grow with the context") {
  // Three sequences hold 100 tokens; a step takes 7,000 ps and 10 ps a token:
  // 8,000 + 8,030 + 8,060 = 24,090 ps, and 500 ps are left of the steps before.
  const StepRun run{.start = SimTime{50},
                    .carry = 500,
                    .line = {.fixed = 7'000, .per_token = 10},
                    .context = 100,
                    .sequences = 3,
                    .steps = 3};
  CHECK(run.duration(1) == 8'000);
  CHECK(run.duration(3) == 24'090);
  CHECK(run.end_of(1) == SimTime{58});
  CHECK(run.end() == SimTime{74});  // 50 ns + 24.59 ns
  CHECK(run.carry_of(3) == 590);
  CHECK(run.steps_until(SimTime{40}) == 1);
  CHECK(run.steps_until(SimTime{58}) == 1);
  CHECK(run.steps_until(SimTime{59}) == 2);
  CHECK(run.steps_until(SimTime{900}) == 3);
}

namespace {

StepRun any_run() {
  return {.start = SimTime{*rc::gen::inRange<std::int64_t>(0, 1'000'000)},
          .carry = *rc::gen::inRange<std::int64_t>(0, 1000),
          .line = {.fixed = *rc::gen::inRange<std::int64_t>(1, 2'000'000),
                   .per_token = *rc::gen::inRange<std::int64_t>(0, 500)},
          .context = *rc::gen::inRange<std::int64_t>(1, 100'000),
          .sequences = *rc::gen::inRange(1, 300),
          .steps = *rc::gen::inRange<std::int64_t>(1, 200)};
}

}  // namespace

TEST_CASE("the end of a step does not depend on how steps are cut into runs") {
  CHECK(rc::check([] {
    const StepRun whole = any_run();
    StepRun one = whole;
    one.steps = 1;
    for (std::int64_t step = 1; step <= whole.steps; ++step) {
      RC_ASSERT(one.end() == whole.end_of(step));
      RC_ASSERT(one.carry_of(1) == whole.carry_of(step));
      one.start = one.end();
      one.carry = whole.carry_of(step);
      one.context += whole.sequences;
    }
  }));
}

TEST_CASE("the steps until a time are the fewest that reach it") {
  CHECK(rc::check([] {
    const StepRun run = any_run();
    const SimTime span = run.end() - run.start;
    const SimTime time = run.start + SimTime{*rc::gen::inRange<std::int64_t>(0, 2 * span.ns + 2)};
    const std::int64_t count = run.steps_until(time);
    RC_ASSERT(1 <= count);
    RC_ASSERT(count <= run.steps);
    if (count > 1) RC_ASSERT(run.end_of(count - 1) < time);
    if (count < run.steps) RC_ASSERT(run.end_of(count) >= time);
  }));
}
