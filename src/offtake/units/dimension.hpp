#pragma once

namespace offtake {

/// Exponents of the base dimensions. A token is not a request and a chip is not a number, so both
/// are dimensions; energy rather than mass, since no one here weighs anything.
struct Dimension {
  int time = 0;
  int data = 0;
  int compute = 0;
  int token = 0;
  int chip = 0;
  int money = 0;
  int energy = 0;

  bool operator==(const Dimension&) const = default;
};

constexpr Dimension operator*(Dimension a, Dimension b) {
  return {a.time + b.time, a.data + b.data,   a.compute + b.compute, a.token + b.token,
          a.chip + b.chip, a.money + b.money, a.energy + b.energy};
}

constexpr Dimension operator/(Dimension a, Dimension b) {
  return {a.time - b.time, a.data - b.data,   a.compute - b.compute, a.token - b.token,
          a.chip - b.chip, a.money - b.money, a.energy - b.energy};
}

}  // namespace offtake
