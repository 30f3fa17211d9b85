#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/training_run.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/measurement/training_row.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::fidelity {

/// A run that a fit compares, by one figure: its step's time as measured.
struct TrainingFitRun {
  TrainingRun run;
  Seconds step;
  std::string source;         ///< Rows of one publication weigh less the more there are.
  std::string configuration;  ///< All but the stack's version: repeats of one another share it.
};

/// The runs whose steps are stated in time, tokens or samples and have a prediction, less those of
/// a version that their source calls slower than it should be.
std::vector<TrainingFitRun> fit_runs(const std::vector<measurement::TrainingRow>& rows,
                                     const catalog::Catalog& catalog);

using catalog::LogMultiples;

/// Multiples by which a system's files' figures are moved: one set for all stacks together, and of
/// each stack, version, design of chip and chip.
struct TrainingFit {
  LogMultiples shared;
  std::map<std::string, LogMultiples> stacks;
  std::map<std::pair<std::string, std::string>, LogMultiples> versions;  ///< By stack and version.
  std::map<std::string, LogMultiples> designs;  ///< By the chip's architecture.
  std::map<std::string, LogMultiples> chips;
  std::map<std::string, int> runs_of_stack;
  int runs = 0;
  int figures = 0;  ///< Multiples that could move.
  /// Sum of 1 - variance after / variance before the runs were seen.
  double figures_effective = 0;
};

enum class TrainingFitDetail {
  kMultiples,
  kEffective,  ///< And how many figures they are worth.
};

/// Fits the multiples to the logarithms of the steps' times: least squares under a loss that is
/// linear for large errors (Charbonnier et al., IEEE TIP 6(2), 1997), each multiple drawn to one
/// with the spreads of hardware::training_figures(), each run weighted by the number of its
/// source's to the power -0.2.
TrainingFit fit_training(const std::vector<TrainingFitRun>& runs, const catalog::Catalog& catalog,
                         TrainingFitDetail detail);

/// Moves the figures of `system` by the multiples that the fit has for the run; what it has not
/// seen stays as it is.
void apply(const TrainingFit& fit, const TrainingRun& run, hardware::System& system);

/// Systems as their files and the runs' stacks say, by system and stack.
using TrainingSystems = std::map<std::pair<std::string, std::string>, hardware::System>;
TrainingSystems systems_of(const std::vector<TrainingFitRun>& runs,
                           const catalog::Catalog& catalog);

}  // namespace offtake::fidelity
