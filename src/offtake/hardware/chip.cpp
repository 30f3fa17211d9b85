#include "offtake/hardware/chip.hpp"

#include <cstdlib>
#include <initializer_list>
#include <limits>
#include <utility>

namespace offtake::hardware {
namespace {

/// Candidates in order of preference. mxfp4 and nvfp4 stand for one another: a chip's data sheet
/// gives one rate for both. int4 weights are multiplied as 16-bit floats by all serving kernels.
std::initializer_list<NumericFormat> candidates(NumericFormat stored) {
  using enum NumericFormat;
  static constexpr std::initializer_list<NumericFormat> kWide = {kBf16, kFp16, kTf32, kFp32};
  static constexpr std::initializer_list<NumericFormat> kSingle = {kFp32};
  static constexpr std::initializer_list<NumericFormat> kTensorFloat = {kTf32, kFp32};
  static constexpr std::initializer_list<NumericFormat> kEight = {kFp8, kMxfp8, kBf16, kFp16};
  static constexpr std::initializer_list<NumericFormat> kEightScaled = {kMxfp8, kFp8, kBf16, kFp16};
  static constexpr std::initializer_list<NumericFormat> kInteger = {kInt8, kBf16, kFp16};
  static constexpr std::initializer_list<NumericFormat> kSix = {kFp6, kFp8, kMxfp8, kBf16, kFp16};
  static constexpr std::initializer_list<NumericFormat> kFour = {kMxfp4, kNvfp4, kBf16, kFp16};
  switch (stored) {
    case kFp32:
      return kSingle;
    case kTf32:
      return kTensorFloat;
    case kBf16:
    case kFp16:
    case kInt4:
      return kWide;
    case kFp8:
      return kEight;
    case kMxfp8:
      return kEightScaled;
    case kInt8:
      return kInteger;
    case kFp6:
      return kSix;
    case kMxfp4:
    case kNvfp4:
      return kFour;
  }
  return kWide;
}

}  // namespace

const Chip* nearest_relative(const Chip& chip, std::span<const Chip* const> others) {
  const auto distance = [&](const Chip& other) {
    const bool other_design = chip.architecture.empty() || other.architecture != chip.architecture;
    const int months = chip.announced && other.announced
                           ? std::abs(other.announced->month - chip.announced->month)
                           : std::numeric_limits<int>::max();
    return std::pair(other_design, months);
  };
  const Chip* nearest = nullptr;
  for (const Chip* other : others) {
    if (other->vendor != chip.vendor) continue;
    if (nearest == nullptr || distance(*other) < distance(*nearest)) nearest = other;
  }
  return nearest;
}

std::optional<NumericFormat> multiply_format(const Chip& chip, NumericFormat stored) {
  for (const NumericFormat format : candidates(stored)) {
    if (chip.compute_peak.find(format) != nullptr) return format;
  }
  return std::nullopt;
}

}  // namespace offtake::hardware
