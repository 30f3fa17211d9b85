#pragma once

#include <string>
#include <vector>

#include "offtake/measurement/inference_row.hpp"

namespace offtake::fidelity {

/// What is known to be wrong with each row of one run, or nothing: the source errs under these
/// conditions, or the run's rate of output is more than a quarter under what its requests at their
/// times would make. Such rows are predicted and scored by themselves; no fit uses them.
std::vector<std::string> source_faults(const std::vector<measurement::InferenceRow>& run);

/// The rows of a run without those.
std::vector<measurement::InferenceRow> sound_rows(
    const std::vector<measurement::InferenceRow>& run);

}  // namespace offtake::fidelity
