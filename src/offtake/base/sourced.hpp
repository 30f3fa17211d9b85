#pragma once

#include <optional>
#include <string>

namespace offtake {

/// How well a figure is known.
enum class FigureStatus {
  kDatasheet,  ///< The maker's specification of a product on sale.
  kMeasured,   ///< Measured by someone named in the source.
  kAnnounced,  ///< Said of a product that is not on sale yet.
  kEstimate,   ///< Ours or an analyst's; the source says how it was made.
};

/// A figure with where it comes from. `low` and `high` are given when sources disagree or the
/// figure is an estimate; `source` is the id of an entry of the catalog's sources.
template <class T>
struct Sourced {
  T value{};
  std::optional<T> low{};
  std::optional<T> high{};
  std::string source{};
  FigureStatus status = FigureStatus::kEstimate;
};

}  // namespace offtake
