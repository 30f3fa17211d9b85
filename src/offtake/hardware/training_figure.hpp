#pragma once

#include <span>
#include <string_view>

#include "offtake/hardware/system.hpp"

namespace offtake::hardware {

/// A figure of training that a fit may move from what a system's and its stack's files say, by a
/// multiple for all stacks together, one for the stack, one for its version, one for the chip's
/// design and one for the chip. The spreads are the standard deviations of the logarithms of these
/// multiples before a fit has seen measurements; zero: the multiple is one.
struct TrainingFigure {
  std::string_view name;
  double spread_shared = 0;
  double spread_of_stack = 0;
  double spread_of_version = 0;
  double spread_of_design = 0;
  double spread_of_chip = 0;
  void (*scale)(System&, double multiple) = nullptr;
};

/// All that a training fit moves, in the order of its parameters.
std::span<const TrainingFigure> training_figures();

/// Scales each figure by the exponential of its logarithm in `logs`.
void scale_training(std::span<const double> logs, System& system);

}  // namespace offtake::hardware
