#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// What a chip's yield counts.
enum class YieldMeasure {
  kTokens,  ///< Input and output tokens a second and chip, at the workload's service objective.
  kFlops,   ///< Useful floating-point operations a second and chip.
};

/// What one chip of a system does for one workload of a book, with the 80% band of the prediction.
struct ChipYield {
  std::string workload;
  std::string system;  ///< Catalogue id.
  YieldMeasure measure = YieldMeasure::kTokens;
  bool feasible = false;
  std::string reason;  ///< Why not, when it is not feasible; else how it is run: "tp 8, fp8, ...".
  double value = 0.0;  ///< In base units: tokens/s/chip or FLOP/s/chip.
  double low = 0.0;
  double high = 0.0;
  Watts site_power;  ///< Of one chip under this load, with host, network and cooling.
};

/// Yields of every workload of a book on every system that its contracts, options and offers name.
/// Whoever plans takes them as given: from the performance model, or written by hand in a test.
struct YieldTable {
  std::vector<ChipYield> yields;

  /// The entry, or null when the pair was not asked for.
  const ChipYield* find(std::string_view workload, std::string_view system) const;
};

enum class BandEnd { kLow, kHigh };

/// The table with a system's yields at one end of their bands.
YieldTable at_band_end(YieldTable yields, std::string_view system, BandEnd end);

}  // namespace offtake::study
