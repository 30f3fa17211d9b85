#pragma once

#include <functional>
#include <vector>

#include "offtake/hardware/system.hpp"

namespace offtake::perf {

/// Logarithms of predicted figures on a system, always of the same number and in the same order; or
/// none where the system cannot be predicted.
using LogFigures = std::function<std::vector<double>(const hardware::System&)>;

/// Standard deviation of each of `figures` that comes from the spread of the system's fitted
/// serving figures: sqrt(g' S g) with the gradient g by differences and the covariance S of the
/// fit. Zeros where no fit gave one. Calls `figures` once and once more for each fitted figure.
std::vector<double> prediction_spread(const LogFigures& figures, const hardware::System& system);

}  // namespace offtake::perf
