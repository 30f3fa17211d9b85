#include "offtake/perf/training_parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "offtake/perf/training_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

TEST_CASE("the named parts of a step and of its memory sum to the whole") {
  const TrainingModel model(example::llama_405b(), example::hgx_h100(),
                            {.sequence = 8192, .global_batch = 2048});
  const auto step =
      model.step({.parallel = {.tensor = 8, .pipeline = 16, .data = 64, .context = 2}});
  REQUIRE(step.has_value());
  REQUIRE(step.has_value());
  Seconds time;
  for (const TrainingTimePart& part : training_time_parts(step->time)) time += part.time;
  CHECK(time / step->time.total() == doctest::Approx(1.0));
  Bytes memory;
  for (const TrainingMemoryPart& part : training_memory_parts(step->memory)) memory += part.bytes;
  CHECK(memory / step->memory.total() == doctest::Approx(1.0));
  CHECK(exposed_communication(step->time) > 0.0_s);
  CHECK(exposed_communication(step->time) < 0.5 * step->time.total());
}

TEST_CASE("what takes nothing is not told") {
  const auto parts = training_time_parts({.products = 1.0_s, .bubble = 2.0_s});
  REQUIRE(parts.size() == 2);
  CHECK(parts[1].name == "bubble");
}

}  // namespace offtake::perf
