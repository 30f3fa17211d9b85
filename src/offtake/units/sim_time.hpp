#pragma once

#include <cmath>
#include <compare>
#include <cstdint>

#include "offtake/units/quantity.hpp"

namespace offtake {

/// Simulated time, or a span of it: whole nanoseconds, so that sums do not depend on their order.
/// Reaches 292 years either way.
struct SimTime {
  std::int64_t ns = 0;

  constexpr auto operator<=>(const SimTime&) const = default;
  constexpr SimTime operator-() const { return {-ns}; }
  constexpr SimTime& operator+=(SimTime other) {
    ns += other.ns;
    return *this;
  }
  constexpr SimTime& operator-=(SimTime other) {
    ns -= other.ns;
    return *this;
  }
  friend constexpr SimTime operator+(SimTime a, SimTime b) { return a += b; }
  friend constexpr SimTime operator-(SimTime a, SimTime b) { return a -= b; }
};

/// Later than anything that happens; adding a day to it does not overflow.
inline constexpr SimTime kNever{INT64_MAX / 2};

/// To the nearest nanosecond.
inline SimTime sim_time(Seconds time) { return {std::llround(time.base_units() * 1e9)}; }

constexpr Seconds seconds(SimTime time) {
  return Seconds::in_base_units(static_cast<double>(time.ns) * 1e-9);
}

}  // namespace offtake
