#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/serving_run.hpp"
#include "offtake/measurement/inference_row.hpp"

namespace offtake::fidelity {

/// A run whose rows a fit compares.
struct FitRun {
  ServingRun run;
  std::vector<measurement::InferenceRow> rows;
};

/// The runs that a fit may use: plain ones in batches, in closed loop or saturated, and pools
/// without speculation less their times to the first token, with a prediction for some sound row.
std::vector<FitRun> fit_runs(const std::vector<measurement::InferenceRow>& rows,
                             const catalog::Catalog& catalog);

/// Values of hardware::serving_figures() in the space in which they are free.
using FreeFigures = std::vector<double>;

struct FittedFigures {
  FreeFigures figures;
  std::vector<double> spread;  ///< As hardware::Calibration::spread; empty when not asked for.
  int rows = 0;
  std::set<std::string> models;
};

struct ServingFit {
  std::map<std::string, FittedFigures> stacks;
  std::map<std::pair<std::string, std::string>, FittedFigures> chips;  ///< By stack and chip.
  int rows = 0;
  int figures = 0;  ///< That were moved: of stacks, and of chips where they may differ.
  double figures_effective =
      0;  ///< Sum of 1 - variance after / variance before the rows were seen.
};

enum class FitDetail { kFigures, kSpread };

/// Fits the figures of stacks and chips to the rows' logarithms: least squares under a loss that is
/// linear for large errors (Charbonnier et al., IEEE TIP 6(2), 1997), each stack's figures drawn to
/// those of its file (with what the file of the first run's system says) and each chip's to its
/// stack's with the spreads of hardware::serving_figures(). The covariance is that of the linear
/// problem at the optimum.
ServingFit fit_serving(const std::vector<FitRun>& runs, const catalog::Catalog& catalog,
                       FitDetail detail);

/// The nearest figures that the fit has for a chip under a stack, and whose they are.
struct NearestFit {
  hardware::FitGrade grade = hardware::FitGrade::kNone;
  std::string chip;
  const FittedFigures* fitted = nullptr;
};
NearestFit nearest_fit(const ServingFit& fit, const std::string& stack, const hardware::Chip& chip,
                       const catalog::Catalog& catalog);

/// Sets the system's figures.
void apply(const FreeFigures& figures, hardware::System& system);

}  // namespace offtake::fidelity
