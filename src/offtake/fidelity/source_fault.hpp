#pragma once

#include <string>

#include "offtake/measurement/inference_row.hpp"

namespace offtake::fidelity {

/// What is known to be wrong with runs of a source under these conditions, or nothing. Such runs
/// are predicted and scored by themselves; no fit uses them.
std::string known_fault(const measurement::InferenceConditions& conditions);

}  // namespace offtake::fidelity
