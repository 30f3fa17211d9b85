#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/calibration.hpp"
#include "offtake/fidelity/training_fit.hpp"
#include "offtake/measurement/training_row.hpp"

namespace offtake::fidelity {

/// Standard deviations of ln(measured / predicted), at which the band holds 80% of the runs they
/// were taken from.
struct StepDeviation {
  double dense = 0;
  double mixture = 0;
};

/// A score, and the share of its runs that the band holds.
struct TrainingScore {
  FitScore error;
  double band_coverage = 0;
};

/// A fit of the training figures, and how far it is from what it was and was not fitted on.
struct TrainingCalibration {
  TrainingFit fit;
  std::map<std::string, std::vector<std::string>> models;  ///< Of each stack, ascending.
  std::map<std::string, std::vector<std::string>> chips;   ///< The same.
  TrainingScore in_sample;
  TrainingScore configuration_left_out;  ///< In eight parts, repeats together.
  TrainingScore model_left_out;
  TrainingScore chip_left_out;
  TrainingScore stack_left_out;
  StepDeviation own;  ///< Of configurations left out, of known models, chips and stacks.
  StepDeviation of_model;
  StepDeviation of_chip;
  StepDeviation of_stack;
};

/// Fits all runs, then again without an eighth of the configurations, each model, each chip and
/// each stack, to learn how far such predictions are. Deterministic on any number of threads.
TrainingCalibration calibrate_training(const std::vector<measurement::TrainingRow>& rows,
                                       const catalog::Catalog& catalog, Parallelism parallelism,
                                       const Progress& progress);

}  // namespace offtake::fidelity
