#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/perf/measured_operations.hpp"
#include "offtake/perf/utilisation_grid.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// What of a size is interpolated, outermost axis first, and what must be as it was measured.
template <class Size>
struct SizeParts;

template <>
struct SizeParts<GemmSize> {
  static std::array<double, 3> axes(const GemmSize& s) { return {s.outputs, s.inputs, s.tokens}; }
  static std::array<int, 0> exact(const GemmSize&) { return {}; }
};

template <>
struct SizeParts<AttentionSize> {
  static std::array<double, 4> axes(const AttentionSize& s) {
    return {s.kv_heads, s.heads, s.batch, s.tokens};
  }
  static std::array<int, 2> exact(const AttentionSize& s) { return {s.head_dim, s.window}; }
};

template <>
struct SizeParts<LatentSize> {
  static std::array<double, 3> axes(const LatentSize& s) { return {s.heads, s.batch, s.tokens}; }
  static std::array<int, 0> exact(const LatentSize&) { return {}; }
};

template <>
struct SizeParts<ExpertSize> {
  static std::array<double, 1> axes(const ExpertSize& s) { return {s.tokens}; }
  static std::array<int, 6> exact(const ExpertSize& s) {
    return {s.hidden, s.width, s.experts, s.active, s.tensor, s.expert};
  }
};

/// The measured times of one operation as shares of a roofline, a grid for each format and each
/// exact part of the size.
template <class Size>
class OperationGrids {
 public:
  /// `roofline(size, format)` is the least time, or nothing where the chip has no such products;
  /// rows without one are left out.
  template <class Roofline>
  OperationGrids(const std::vector<Measured<Size>>& rows, Roofline roofline) {
    std::map<Key, std::vector<typename Grid::Point>> points;
    for (const Measured<Size>& row : rows) {
      const std::optional<Seconds> least = roofline(row.size, row.format);
      if (least) {
        points[key(row.format, row.size)].push_back({Parts::axes(row.size), *least / row.time});
      }
    }
    for (auto& [key, of_key] : points) grids_.emplace(key, Grid(std::move(of_key)));
  }

  bool has_format(hardware::NumericFormat format) const {
    const auto first = grids_.lower_bound({format, {}});
    return first != grids_.end() && first->first.first == format;
  }

  /// The share of the roofline that `size` reaches; nothing outside of what was measured.
  std::optional<double> share(hardware::NumericFormat format, const Size& size) const {
    const auto grid = grids_.find(key(format, size));
    return grid == grids_.end() ? std::nullopt : grid->second.at(Parts::axes(size));
  }

 private:
  using Parts = SizeParts<Size>;
  using Grid = UtilisationGrid<std::tuple_size_v<decltype(Parts::axes(Size{}))>>;
  using Key = std::pair<hardware::NumericFormat, decltype(Parts::exact(Size{}))>;

  static Key key(hardware::NumericFormat format, const Size& size) {
    return {format, Parts::exact(size)};
  }

  std::map<Key, Grid> grids_;
};

}  // namespace offtake::perf
