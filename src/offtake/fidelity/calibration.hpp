#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/serving_fit.hpp"
#include "offtake/measurement/inference_row.hpp"

namespace offtake::fidelity {

/// Standard deviations of ln(measured / predicted) beside what the spread of the fit's figures
/// explains: those at which the band of both together holds 80% of the rows they were taken from.
struct FitError {
  double throughput = 0;
  double tpot = 0;
  double ttft = 0;
};

/// Median and 90th percentile of |predicted / measured - 1|, and how many rows.
struct FitScore {
  int rows = 0;
  double median = 0;
  double p90 = 0;
};

struct StackErrors {
  FitError shared;                        ///< All rows of the stack, in the sample.
  FitError new_model;                     ///< Rows of a model that a fit had not seen.
  FitError new_chip;                      ///< Rows of a chip that a fit had not seen.
  std::map<std::string, FitError> chips;  ///< In the sample.
};

/// A fit of the serving figures, and how far it is from what it was and was not fitted on.
struct ServingCalibration {
  ServingFit fit;
  int runs = 0;
  std::map<std::string, StackErrors> stacks;
  FitError speculation;  ///< Runs that no fit uses.
  FitError pools;
  FitError search;
  /// By metric ("tpot", "throughput", "ttft"): in the sample, and with each model and each chip
  /// left out of the fit that predicts it.
  std::map<std::string, FitScore> in_sample;
  std::map<std::string, FitScore> model_left_out;
  std::map<std::string, FitScore> chip_left_out;
};

/// Fits all rows, then again without each model (those of one shape together) and without each
/// chip, to learn how far such predictions are. Deterministic on any number of threads.
ServingCalibration calibrate_serving(const std::vector<measurement::InferenceRow>& rows,
                                     const catalog::Catalog& catalog, Parallelism parallelism,
                                     const Progress& progress);

}  // namespace offtake::fidelity
