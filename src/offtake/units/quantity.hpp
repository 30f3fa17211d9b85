#pragma once

#include <cmath>
#include <compare>

#include "offtake/units/dimension.hpp"

namespace offtake {

/// A figure with a dimension. Inside it counts base units: seconds, bytes, floating-point
/// operations, tokens, chips, US dollars and joules. A ratio of like quantities is a double.
template <Dimension D>
class Quantity {
 public:
  static constexpr Dimension kDimension = D;

  constexpr Quantity() = default;
  /// `value` in base units; everywhere but at the edges, build quantities from literals and others.
  static constexpr Quantity in_base_units(double value) { return Quantity(value); }
  constexpr double base_units() const { return value_; }

  /// How many `unit` it is: `latency.in(1.0_ms)`.
  constexpr double in(Quantity unit) const { return value_ / unit.value_; }

  constexpr auto operator<=>(const Quantity&) const = default;
  constexpr Quantity operator-() const { return Quantity(-value_); }
  constexpr Quantity& operator+=(Quantity other) {
    value_ += other.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    value_ -= other.value_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    value_ *= factor;
    return *this;
  }
  constexpr Quantity& operator/=(double divisor) {
    value_ /= divisor;
    return *this;
  }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return a += b; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return a -= b; }
  friend constexpr Quantity operator*(Quantity a, double factor) { return a *= factor; }
  friend constexpr Quantity operator*(double factor, Quantity a) { return a *= factor; }
  friend constexpr Quantity operator/(Quantity a, double divisor) { return a /= divisor; }

 private:
  explicit constexpr Quantity(double value) : value_(value) {}
  double value_ = 0.0;
};

/// A quantity of dimension `D`, or a plain double when all its exponents are zero.
template <Dimension D>
constexpr auto from_base_units(double value) {
  if constexpr (D == Dimension{}) {
    return value;
  } else {
    return Quantity<D>::in_base_units(value);
  }
}

template <Dimension A, Dimension B>
constexpr auto operator*(Quantity<A> a, Quantity<B> b) {
  return from_base_units<A * B>(a.base_units() * b.base_units());
}

template <Dimension A, Dimension B>
constexpr auto operator/(Quantity<A> a, Quantity<B> b) {
  return from_base_units<A / B>(a.base_units() / b.base_units());
}

template <Dimension D>
constexpr auto operator/(double number, Quantity<D> divisor) {
  return from_base_units<Dimension{} / D>(number / divisor.base_units());
}

template <Dimension D>
constexpr Quantity<D> abs(Quantity<D> a) {
  return a < Quantity<D>{} ? -a : a;
}

template <Dimension D>
bool is_finite(Quantity<D> a) {
  return std::isfinite(a.base_units());
}

using Seconds = Quantity<Dimension{.time = 1}>;
using Bytes = Quantity<Dimension{.data = 1}>;
using Flops = Quantity<Dimension{.compute = 1}>;  ///< Operations; a multiply and an add are two.
using Tokens = Quantity<Dimension{.token = 1}>;
using Chips = Quantity<Dimension{.chip = 1}>;
using Dollars = Quantity<Dimension{.money = 1}>;
using Joules = Quantity<Dimension{.energy = 1}>;

using Hertz = Quantity<Dimension{.time = -1}>;
using Bandwidth = Quantity<Dimension{.time = -1, .data = 1}>;
using ComputeRate = Quantity<Dimension{.time = -1, .compute = 1}>;
using TokenRate = Quantity<Dimension{.time = -1, .token = 1}>;
using Watts = Quantity<Dimension{.time = -1, .energy = 1}>;
using ChipHours = Quantity<Dimension{.time = 1, .chip = 1}>;
using ChipPrice =
    Quantity<Dimension{.time = -1, .chip = -1, .money = 1}>;  ///< $/(chip h) and like.
using TokenPrice = Quantity<Dimension{.token = -1, .money = 1}>;
using MoneyRate = Quantity<Dimension{.time = -1, .money = 1}>;
using EnergyPrice = Quantity<Dimension{.money = 1, .energy = -1}>;
/// Events of one chip in a time, such as failures.
using ChipRate = Quantity<Dimension{.time = -1, .chip = -1}>;
using ChipTokenRate = Quantity<Dimension{.time = -1, .token = 1, .chip = -1}>;

}  // namespace offtake
