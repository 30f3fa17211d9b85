#pragma once

#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/measurement/csv_table.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::measurement {

/// One timed step of a serving engine.
struct StepRow {
  Place place;
  int prompt_tokens = 0;   ///< Computed in the step, of all prompts; may be none.
  int sequences = 0;       ///< That decode in it; may be none.
  int context_tokens = 0;  ///< In the cache of each of these, in the mean.
  Seconds time;
};

/// Reads the columns prompt_tokens, sequences, context_tokens and step_ms; others are left. Throws
/// one InputError with every problem: columns that are missing, counts that are not whole numbers,
/// sequences without a context, steps of nothing, times that are not above zero, a step given
/// twice; no step without prompts, or none with.
std::vector<StepRow> read_step_rows(const CsvTable& table);

}  // namespace offtake::measurement
