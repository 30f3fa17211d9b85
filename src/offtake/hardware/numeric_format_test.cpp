#include "offtake/hardware/numeric_format.hpp"

#include <doctest/doctest.h>

#include "offtake/units/literals.hpp"

namespace offtake::hardware {

using namespace offtake::literals;

TEST_CASE("a block format pays for its scales") {
  // 32 elements of 4 bits and one byte: 17 bytes; 16 elements of 4 bits and one byte: 9 bytes.
  CHECK((32.0 * element_size(NumericFormat::kMxfp4)).in(1.0_B) == doctest::Approx(17));
  CHECK((16.0 * element_size(NumericFormat::kNvfp4)).in(1.0_B) == doctest::Approx(9));
  CHECK((32.0 * element_size(NumericFormat::kMxfp8)).in(1.0_B) == doctest::Approx(33));
}

TEST_CASE("every format's name reads back") {
  for (const NumericFormat format : numeric_formats()) {
    CHECK(parse_numeric_format(name(format)) == format);
  }
  CHECK(!parse_numeric_format("fp5"));
}

TEST_CASE("a table holds a figure for the formats that were set") {
  FormatTable<double> table;
  table.set(NumericFormat::kFp8, 0.7);
  REQUIRE(table.find(NumericFormat::kFp8) != nullptr);
  CHECK(*table.find(NumericFormat::kFp8) == 0.7);
  CHECK(table.find(NumericFormat::kBf16) == nullptr);
}

}  // namespace offtake::hardware
