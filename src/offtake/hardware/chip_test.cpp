#include "offtake/hardware/chip.hpp"

#include <doctest/doctest.h>

#include "offtake/units/literals.hpp"

namespace offtake::hardware {

using namespace offtake::literals;

TEST_CASE("a chip multiplies in the stored format, or in the next wider one it has") {
  Chip hopper;
  hopper.compute_peak.set(NumericFormat::kBf16, {.value = 989.0_TFLOP_per_s});
  hopper.compute_peak.set(NumericFormat::kFp8, {.value = 1979.0_TFLOP_per_s});
  CHECK(multiply_format(hopper, NumericFormat::kFp8) == NumericFormat::kFp8);
  CHECK(multiply_format(hopper, NumericFormat::kMxfp4) == NumericFormat::kBf16);
  CHECK(multiply_format(hopper, NumericFormat::kInt4) == NumericFormat::kBf16);
  CHECK(!multiply_format(hopper, NumericFormat::kFp32));
}

TEST_CASE("one four-bit rate serves both four-bit formats") {
  Chip chip;
  chip.compute_peak.set(NumericFormat::kNvfp4, {.value = 9.0_PFLOP_per_s});
  CHECK(multiply_format(chip, NumericFormat::kMxfp4) == NumericFormat::kNvfp4);
}

}  // namespace offtake::hardware
