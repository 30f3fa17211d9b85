#pragma once

#include <cstdint>

#include "offtake/serve/step_timer.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// Steps of one replica in a row, in which the same sequences decode: step j, counted from zero,
/// takes `line.at(context + j * sequences)`. A step that computes prompts is a run of one step with
/// a line of its own. Ends of steps are whole nanoseconds; what is left of a picosecond sum goes
/// over to the next step, so the end of a step does not depend on how steps are cut into runs.
struct StepRun {
  SimTime start;
  Picoseconds carry = 0;  ///< Of the steps before, below a nanosecond.
  DecodeLine line;
  std::int64_t context = 0;  ///< Tokens in the caches of the decoding sequences at the start.
  int sequences = 0;
  std::int64_t steps = 1;

  /// Of the first `count` steps together.
  Picoseconds duration(std::int64_t count) const;
  SimTime end_of(std::int64_t count) const;
  SimTime end() const { return end_of(steps); }
  Picoseconds carry_of(std::int64_t count) const;
  /// The fewest steps, at least one and at most all, that end at `time` or later.
  std::int64_t steps_until(SimTime time) const;
};

/// The most steps of `run` whose duration stays far from overflow.
std::int64_t steps_representable(const StepRun& run);

}  // namespace offtake::serve
