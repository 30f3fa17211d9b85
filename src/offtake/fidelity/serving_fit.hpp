#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/serving_run.hpp"
#include "offtake/measurement/inference_row.hpp"

namespace offtake::fidelity {

/// A run whose rows a fit compares.
struct FitRun {
  ServingRun run;
  std::vector<measurement::InferenceRow> rows;
};

/// Where figures of one chip under one stack differ from the catalog's, in the space in which they
/// are free (FittedFigure), in the order of serving_figures().
using FreeFigures = std::vector<double>;

struct ServingFit {
  std::map<std::string, FreeFigures> stacks;
  std::map<std::pair<std::string, std::string>, FreeFigures> chips;  ///< By stack and chip.
  int rows = 0;
  double seconds = 0;
};

/// From what a chip's figures under a stack were fitted.
enum class FitGrade {
  kOwn,       ///< Its own rows.
  kRelative,  ///< Rows of another chip of its design, or else of its vendor's nearest by date.
  kStack,     ///< Rows of the stack on other vendors' chips.
  kNone,      ///< No rows of the stack.
};

struct GradedFigures {
  FitGrade grade = FitGrade::kNone;
  std::string chip;  ///< Whose rows they are from, where one chip's.
  FreeFigures figures;
};

/// The nearest figures that the fit has for a chip under a stack.
GradedFigures figures_of(const ServingFit& fit, const std::string& stack,
                         const hardware::Chip& chip, const catalog::Catalog& catalog);

/// Sets the system's figures to those of the fit.
void apply(const FreeFigures& figures, hardware::System& system);

/// Fits the figures of stacks and chips to the rows' logarithms: least squares under a loss that is
/// linear for large errors, each figure drawn to the catalog's and each chip's to its stack's.
ServingFit fit_serving(const std::vector<FitRun>& runs, const catalog::Catalog& catalog,
                       Parallelism parallelism);

}  // namespace offtake::fidelity
