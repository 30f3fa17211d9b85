#include "offtake/units/quantity.hpp"

#include <doctest/doctest.h>

#include <concepts>

#include "offtake/units/literals.hpp"

namespace offtake {

using namespace offtake::literals;

TEST_CASE("units multiply and divide with their figures") {
  // 16 chips for 8,760 h at 2.90 USD a chip-hour.
  const Dollars year = 16.0_chips * 1.0_years * 2.90_USD_per_chip_h;
  CHECK(year.in(1.0_USD) == doctest::Approx(16 * 8760 * 2.90));
  CHECK((1.0_GB / 100.0_GB_per_s).in(1.0_ms) == doctest::Approx(10));
  CHECK((1.0_kW * 1.0_h).in(1.0_kWh) == doctest::Approx(1));
}

TEST_CASE("a ratio of like quantities is a plain number") {
  static_assert(std::same_as<decltype(1.0_GB / 1.0_MB), double>);
  CHECK(1.0_GB / 1.0_MB == doctest::Approx(1000));
}

template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };
template <class A, class B>
concept Comparable = requires(A a, B b) { a < b; };

TEST_CASE("unlike quantities neither add nor compare") {
  static_assert(Addable<Seconds, Seconds>);
  static_assert(!Addable<Seconds, Bytes>);
  static_assert(!Addable<Dollars, double>);
  static_assert(!Comparable<Chips, Tokens>);
  static_assert(!std::convertible_to<double, Seconds>);
}

}  // namespace offtake
