#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Requests a second.
using RequestRate = Quantity<Dimension{.time = -1}>;

/// A mean request of a workload, in tokens.
struct RequestShape {
  double input = 1024;
  double output = 1024;
  double cached_share = 0;  ///< Of the input, found in a prefix cache: read, not computed.
  bool in_waves = false;    ///< All of one length and started together, as some benchmarks are.

  constexpr double input_computed() const { return input * (1.0 - cached_share); }
  /// Mean context while it decodes.
  constexpr double context_mean() const { return input + output / 2.0; }
};

}  // namespace offtake::perf
