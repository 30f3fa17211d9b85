#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// What a fit says of one stack, on all chips or on one.
struct FittedLayer {
  int rows = 0;
  std::vector<std::string> models;  ///< Ids, ascending.
  /// In the order of hardware::serving_figures(), in base units; absent where it was not fitted.
  std::vector<std::optional<double>> figures;
  std::vector<double> spread;  ///< As hardware::Calibration::spread.
  hardware::PredictionError error;
};

struct StackFit {
  FittedLayer shared;
  std::map<std::string, FittedLayer> chips;  ///< By the chip's id.
  hardware::PredictionError error_of_new_model;
  hardware::PredictionError error_of_new_chip;
};

/// A fit of serving figures to measurements, as `calibrate` writes it.
struct ServingFits {
  std::map<std::string, StackFit> stacks;
  hardware::PredictionError error_of_speculation;
  hardware::PredictionError error_of_pools;
  hardware::PredictionError error_of_search;
  std::map<std::string, hardware::CollectiveLibrary> libraries;  ///< By the chip's id.
};

/// Reads a fit's file:
///
///     name, note, measurements: text
///     rows, figures: counts; figures_effective: a number
///     error_of_speculation, error_of_pools, error_of_search: {throughput, tpot, ttft}
///     stacks:
///       vllm:
///         rows, models, error, sustained, fixed, ... as in a stack's file
///         error_of_new_model, error_of_new_chip
///         chips:
///           h100-sxm: {rows, models, error, spread: [...], and the figures that differ}
///     libraries:
///       h100-sxm: as `library` in a system's file
///
/// Stacks with their errors, or libraries, may be left out.
ServingFits read_serving_fits(const yaml::ObjectReader& file, yaml::Evidence evidence);

/// Sets the collective library of `system` and its serving figures, which its stack and file gave,
/// to the nearest that the fit has: the chip's own, those of its nearest relative, or those that
/// the stack's chips share. Of another design the shares of matrix products are not taken over:
/// they are the chip's own.
void apply_fit(const ServingFits& fits, std::span<const hardware::Chip> chips,
               hardware::System& system);

}  // namespace offtake::catalog
