#pragma once

#include <span>
#include <string_view>

#include "offtake/hardware/system.hpp"

namespace offtake::hardware {

enum class FigureUnit {
  kShare,     ///< Moved by its log-odds.
  kMultiple,  ///< Positive, without a unit; moved by its logarithm.
  kTime,      ///< Positive, in seconds; moved by its logarithm.
};

/// A figure of a stack on a chip that a fit may move, in a space where every value of `free` is one
/// that the figure may take.
struct FittedFigure {
  std::string_view path;  ///< As the catalog's files write it.
  FigureUnit unit = FigureUnit::kShare;
  double spread_of_stack = 0;  ///< Standard deviation of a stack's value about the catalog's.
  double spread_of_chip = 0;   ///< Of a chip's about its stack's; zero: one value for all chips.
  double (*get)(const System&) = nullptr;
  void (*set)(System&, double) = nullptr;

  double to_free(double value) const;
  double from_free(double free) const;
};

/// All that a serving fit moves, in the order of its parameters.
std::span<const FittedFigure> serving_figures();

}  // namespace offtake::hardware
