#pragma once

#include <string>
#include <vector>

#include "offtake/fidelity/simulated_validation.hpp"
#include "offtake/fidelity/validation.hpp"

namespace offtake::api {

/// A validation for a terminal: how many rows have a prediction and why the others have none; error
/// by group and metric; plain rows by chip and by model.
std::string validation_text(const fidelity::Validation& validation, int width);

/// Closed form and simulation on the same rows; empty where there are none.
std::string comparison_text(const std::vector<fidelity::FormComparison>& comparisons, int width);

}  // namespace offtake::api
