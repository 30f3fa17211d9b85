#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "offtake/base/expects.hpp"

namespace offtake::perf {

/// How far beyond the greatest measured size a grid still speaks: utilisation has levelled off
/// there, so it is held. Below the least measured size it falls with the size, and nothing is said.
inline constexpr double kGridReach = 8.0;

/// Shares of the roofline that an operation reached when measured, by `Axes` sizes; between its
/// points it interpolates the logarithm of the share along the logarithm of each size in turn, the
/// first axis outermost. The grid may be ragged: each value of an axis has its own values of the
/// next. What the roofline gets wrong alike at neighbouring sizes cancels, which is why shares are
/// interpolated and not times (ways of the kind: aiconfigurator, utilisation space).
template <std::size_t Axes>
class UtilisationGrid {
 public:
  using Sizes = std::array<double, Axes>;
  struct Point {
    Sizes sizes;         ///< Above zero.
    double utilisation;  ///< Above zero; more than one where a cache beats the roofline.
  };

  explicit UtilisationGrid(std::vector<Point> points) : points_(std::move(points)) {
    for (Point& point : points_) {
      for (double& size : point.sizes) {
        expects(size > 0.0, "a size is above zero");
        size = std::log(size);
      }
      expects(point.utilisation > 0.0, "a utilisation is above zero");
      point.utilisation = std::log(point.utilisation);
    }
    std::ranges::sort(points_, {}, &Point::sizes);
  }

  /// The share at `sizes`, all above zero; nothing outside of what was measured.
  std::optional<double> at(Sizes sizes) const {
    for (double& size : sizes) size = std::log(size);
    const std::optional<double> share = between(points_, sizes, 0);
    if (!share) return std::nullopt;
    return std::exp(*share);
  }

 private:
  using Range = std::span<const Point>;

  /// The points of `range` that share one value of `axis` with `point`.
  static Range slice(Range range, std::size_t axis, double value) {
    const auto same = std::ranges::equal_range(
        range, value, {}, [axis](const Point& point) { return point.sizes[axis]; });
    return {same.begin(), same.end()};
  }

  static std::optional<double> between(Range range, const Sizes& sizes, std::size_t axis) {
    if (range.empty()) return std::nullopt;
    if (axis == Axes) return range.front().utilisation;
    const auto of_axis = [axis](const Point& point) { return point.sizes[axis]; };
    const double size = sizes[axis];
    const double last = of_axis(range.back());
    if (size < of_axis(range.front()) || size > last + std::log(kGridReach)) return std::nullopt;
    const auto above = std::ranges::lower_bound(range, size, {}, of_axis);
    const double upper = above == range.end() ? last : of_axis(*above);
    const auto at_upper = between(slice(range, axis, upper), sizes, axis + 1);
    if (upper <= size) return at_upper;
    const double lower = of_axis(*std::prev(above));
    const auto at_lower = between(slice(range, axis, lower), sizes, axis + 1);
    if (!at_lower || !at_upper) return at_lower ? at_lower : at_upper;
    return std::lerp(*at_lower, *at_upper, (size - lower) / (upper - lower));
  }

  std::vector<Point> points_;  ///< Logarithms, in ascending order.
};

}  // namespace offtake::perf
