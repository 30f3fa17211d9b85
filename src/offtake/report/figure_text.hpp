#pragma once

#include <optional>
#include <string>

namespace offtake::report {

/// The words around a figure. The title is the finding with its figure in it ("Cash is thinnest in
/// 2028, when ..."), or names the measure when no finding holds; the subtitle is the measure
/// ("100,000 paths; dark band half of paths, light band nine in ten").
struct FigureText {
  std::string title;
  std::string subtitle;
  std::string note;  ///< Under the figure: how to read it, or one more result. May be empty.
};

/// From `low` to `high`: the 80% band, unless the field says otherwise.
struct Interval {
  double low;
  double high;
};

/// A value and, where it is known, its band. The page never shows a point without one if there is
/// one.
struct Estimate {
  double value;
  std::optional<Interval> band = std::nullopt;
};

}  // namespace offtake::report
