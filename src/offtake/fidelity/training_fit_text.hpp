#pragma once

#include <string>

#include "offtake/fidelity/training_calibration.hpp"

namespace offtake::fidelity {

/// The part `training` of a fit's file, as catalog::read_training_fits reads it. `source` is the id
/// of the catalog's source of its errors.
std::string training_yaml(const TrainingCalibration& calibration, const std::string& source);

}  // namespace offtake::fidelity
