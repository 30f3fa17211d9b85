#pragma once

#include <cmath>

namespace offtake::perf {

/// A predicted figure with its 80% band.
template <class T>
struct Yield {
  T value;
  T low;
  T high;
};

/// The band of a figure whose measured errors ln(measured / predicted) are normal with a standard
/// deviation of `error_sd` about zero: the 10th and the 90th percentile.
template <class T>
Yield<T> with_band(T value, double error_sd) {
  constexpr double kNormal90 = 1.2816;
  const double factor = std::exp(kNormal90 * error_sd);
  return {.value = value, .low = value / factor, .high = value * factor};
}

}  // namespace offtake::perf
