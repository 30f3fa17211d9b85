#pragma once

#include <string>

#include "offtake/fidelity/validation.hpp"

namespace offtake::api {

/// A validation for a terminal: how many rows have a prediction and why the others have none; error
/// by group and metric; plain rows by chip and by model.
std::string validation_text(const fidelity::Validation& validation, int width);

}  // namespace offtake::api
