#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// How a number is stored and multiplied.
enum class NumericFormat {
  kFp32,
  kTf32,  ///< Stored as fp32, multiplied with a 10-bit mantissa.
  kBf16,
  kFp16,
  kFp8,    ///< E4M3 or E5M2 with one scale a tensor, row or large block.
  kMxfp8,  ///< OCP microscaling: one 8-bit scale for 32 elements.
  kInt8,
  kFp6,
  kMxfp4,  ///< OCP microscaling: one 8-bit scale for 32 elements.
  kNvfp4,  ///< One 8-bit scale for 16 elements.
  kInt4,   ///< One 16-bit scale for 128 weights; multiplied as 16-bit floats.
};

inline constexpr std::size_t kNumericFormatCount = 11;

/// All formats, widest first.
std::span<const NumericFormat> numeric_formats();

/// `bf16`, `mxfp4` and so on, as a user writes it.
std::string_view name(NumericFormat format);

/// The format of that name; `fp4` reads as `mxfp4`, `w4a16` as `int4`.
std::optional<NumericFormat> parse_numeric_format(std::string_view text);

/// Bytes of one stored element, its share of the scale included.
/// Source: Open Compute Project, "OCP Microscaling Formats (MX) Specification v1.0", 2023.
Bytes element_size(NumericFormat format);

/// One optional figure for each format.
template <class T>
class FormatTable {
 public:
  void set(NumericFormat format, T figure) {
    figures_[static_cast<std::size_t>(format)] = std::move(figure);
  }
  /// The figure of `format`, or null.
  const T* find(NumericFormat format) const {
    const std::optional<T>& figure = figures_[static_cast<std::size_t>(format)];
    return figure ? &*figure : nullptr;
  }

 private:
  std::array<std::optional<T>, kNumericFormatCount> figures_{};
};

}  // namespace offtake::hardware
