#pragma once

#include <optional>
#include <string>

#include "offtake/base/input_error.hpp"

namespace offtake::yaml {

/// A figure as a file gives it: a bare scalar ("96 GB"), or a mapping
/// `{value, low, high, mode, source | assume, status, note}` of which only `value` is required.
template <class T>
struct Figure {
  T value{};
  std::optional<T> low;   ///< What low and high span (reports, an 80% belief) the file says.
  std::optional<T> high;  ///< Both are given or neither, and low <= value <= high.
  std::optional<T> mode;
  std::string source;  ///< Id of the source; empty when none is given.
  std::string assume;  ///< The reason, where nobody reported the figure; empty when not given.
  std::string status;  ///< Such as "measured"; empty when not given.
  std::string note;
  Place place;       ///< Of the value.
  std::string path;  ///< Such as "/hbm/capacity".
};

}  // namespace offtake::yaml
