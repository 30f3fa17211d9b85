#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// Logarithms of the multiples of hardware::training_figures(), in their order.
using LogMultiples = std::vector<double>;

/// What a fit of training says of one stack.
struct TrainingStackFit {
  int runs = 0;
  std::vector<std::string> models;  ///< Ids, ascending.
  std::set<std::string> chips;      ///< Of its runs.
  LogMultiples multiples;
  std::string latest;                            ///< The version that stands when none is named.
  std::map<std::string, LogMultiples> versions;  ///< By "26.04".
};

/// Standard deviations of ln(measured / predicted) of runs that a fit had not seen, so that the
/// band holds 80% of them.
struct TrainingErrors {
  hardware::StepError own;        ///< Another configuration of a known model, chip and stack.
  hardware::StepError new_model;  ///< A model of which the fit had no run.
  hardware::StepError new_chip;
  hardware::StepError new_stack;
};

/// A fit of training figures to measurements, as `calibrate` writes it: multiples of what systems'
/// and stacks' files say.
struct TrainingFits {
  LogMultiples shared;
  std::map<std::string, TrainingStackFit> stacks;
  std::map<std::string, LogMultiples> designs;  ///< By the chip's architecture.
  std::map<std::string, LogMultiples> chips;
  TrainingErrors errors;
};

/// Reads the part `training` of a fit's file:
///
///     runs, figures: counts; figures_effective: a number
///     shared: {products: 0.98, attention: 1.2, ...}   # multiples; what is left out is one
///     stacks:
///       megatron: {runs, models, chips, latest: "26.08", multiples: {...}, versions: {"26.08":
///       {...}}}
///     designs: {hopper: {...}}
///     chips: {h100-sxm: {...}}
///     errors: {own, new_model, new_chip, new_stack: {dense, mixture}}
TrainingFits read_training_fits(const yaml::ObjectReader& file, yaml::Evidence evidence);

/// Moves the training figures of `system`, which its stack and file gave, by the fit's multiples.
/// `version` of its stack may be empty: the latest. What the fit has not seen stays.
/// A system with Calculon's figures stays as that program has it.
void apply_fit(const TrainingFits& fits, std::string_view version, hardware::System& system);

}  // namespace offtake::catalog
