#pragma once

#include <optional>
#include <span>
#include <string>

#include "offtake/base/sourced.hpp"
#include "offtake/hardware/numeric_format.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// An accelerator package as its maker describes it; what it sustains is in `Efficiency`.
struct Chip {
  std::string id;
  std::string name;
  std::string vendor;
  /// The design that chips of one generation share, such as "hopper"; figures fitted on one are the
  /// nearest for another of it. Empty when a user's own chip does not say.
  std::string architecture;
  std::optional<Date> announced;  ///< Orders the designs of one vendor.
  /// Dense matrix products only, by the format of the operands. For Trainium the sum of the tensor
  /// engines (8 x 79 TFLOP/s on Trainium2), not the headline, which adds the other engines.
  FormatTable<Sourced<ComputeRate>> compute_peak;
  /// What the device reports, in bytes: 85.5e9 of an H100 that is sold as "80 GB".
  Sourced<Bytes> hbm_capacity;
  Sourced<Bandwidth> hbm_bandwidth;
  std::optional<Sourced<ComputeRate>> vector_compute;  ///< fp32, outside the matrix engines.
  std::optional<Sourced<Bytes>> sram;                  ///< Last-level cache or scratchpad.
  std::optional<Sourced<Watts>> power_design;          ///< TDP of the package alone.
};

/// The chip among `others` that is nearest to `chip`: of its vendor, first by design, then by the
/// months between their announcements; the first of equals. Null when none is of its vendor.
const Chip* nearest_relative(const Chip& chip, std::span<const Chip* const> others);

/// The format in which a chip multiplies operands stored as `stored`: `stored` itself when the
/// chip has a rate for it, else the nearest wider one it has (weight-only quantisation).
std::optional<NumericFormat> multiply_format(const Chip& chip, NumericFormat stored);

}  // namespace offtake::hardware
