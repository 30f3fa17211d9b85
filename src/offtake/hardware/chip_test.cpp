#include "offtake/hardware/chip.hpp"

#include <doctest/doctest.h>

#include <vector>

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

TEST_CASE("the nearest relative: of the vendor, by design first and then by date") {
  const auto chip = [](const char* id, const char* vendor, const char* design, int year) {
    return Chip{
        .id = id, .vendor = vendor, .architecture = design, .announced = Date{Month(year, 1), 1}};
  };
  const Chip hopper = chip("h200", "Nvidia", "hopper", 2023);
  const Chip older = chip("h100", "Nvidia", "hopper", 2022);
  const Chip newer = chip("b200", "Nvidia", "blackwell", 2024);
  const Chip other = chip("mi300x", "AMD", "cdna3", 2023);
  const std::vector<const Chip*> all{&newer, &other, &older};
  CHECK(nearest_relative(hopper, all) == &older);  // Its design, though b200 is as near by date.
  const std::vector<const Chip*> without{&newer, &other};
  CHECK(nearest_relative(hopper, without) == &newer);
  const std::vector<const Chip*> strangers{&other};
  CHECK(nearest_relative(hopper, strangers) == nullptr);
}

}  // namespace offtake::hardware
