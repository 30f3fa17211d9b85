#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/hardware/collective_library.hpp"
#include "offtake/measurement/collective_row.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::fidelity {

/// A time with the interval that holds nine in ten measured ones.
struct CollectivePrediction {
  Seconds time;
  Seconds low;
  Seconds high;
};

/// A row beside what the library's curve says of it.
struct ScoredCollective {
  measurement::CollectiveRow row;
  std::optional<CollectivePrediction> prediction;
  std::string unsupported;  ///< Why there is no prediction; empty when there is one.

  /// Predicted over measured time, less one.
  std::optional<double> error() const;
};

/// The curve of the system that a chip's name means; null when none was measured.
using LibraryOfChip = std::function<const hardware::CollectiveLibrary*(std::string_view chip)>;

/// By the catalog's systems. The catalog outlives the result.
LibraryOfChip libraries_of(const catalog::Catalog& catalog);

/// In the order of `rows`.
std::vector<ScoredCollective> score_collectives(std::span<const measurement::CollectiveRow> rows,
                                                const LibraryOfChip& library_of_chip);

/// Errors of the rows of one group that have a prediction.
struct CollectiveErrors {
  std::string group;
  int rows = 0;
  int unsupported = 0;
  double median = 0;   ///< Of the absolute error.
  double p90 = 0;      ///< The same.
  double bias = 0;     ///< Median of the error with its sign.
  double covered = 0;  ///< Share of measured times inside of their interval.
};

/// By chip, by collective or by whatever `group` says of a row; in the order of the groups' names.
/// A group without a prediction has no errors, and zeros.
std::vector<CollectiveErrors> errors_by(
    std::span<const ScoredCollective> scored,
    const std::function<std::string(const measurement::CollectiveRow&)>& group);

}  // namespace offtake::fidelity
