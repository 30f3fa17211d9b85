#pragma once

#include <map>
#include <string>

#include "offtake/fidelity/calibration.hpp"
#include "offtake/fidelity/collective_fit.hpp"
#include "offtake/fidelity/training_calibration.hpp"

namespace offtake::fidelity {

/// What a fit's file holds. Each part may be empty.
struct FitFile {
  ServingCalibration serving;
  std::map<std::string, CollectiveFit> libraries;  ///< By the chip's id.
  TrainingCalibration training;
  std::string name;
  std::string measurements;  ///< On what it was fitted.
  std::string source;        ///< Id of the catalog's source of every figure in it.
};

/// As catalog::read_serving_fits and catalog::read_training_fits read it.
std::string to_yaml(const FitFile& file);

}  // namespace offtake::fidelity
