#pragma once

#include <string>
#include <vector>

#include "offtake/measurement/inference_row.hpp"

namespace offtake::fidelity {

/// What is known to be wrong with runs of a source under these conditions, or nothing. Such runs
/// are predicted and scored by themselves; no fit uses them.
std::string known_fault(const measurement::InferenceConditions& conditions);

/// The same of what the rows of one run say together: a rate of output more than a quarter under
/// what its requests at their times would make.
std::string contradiction(const measurement::InferenceConditions& conditions,
                          const std::vector<measurement::InferenceRow>& rows);

}  // namespace offtake::fidelity
