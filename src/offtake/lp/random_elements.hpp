#pragma once

#include <compare>
#include <string>
#include <variant>
#include <vector>

#include "offtake/lp/core_program.hpp"

namespace offtake::lp {

/// A figure of the core that is not known in advance. Indices are those of CoreProgram; a
/// coefficient in the objective's row is a cost.
struct RandomCoefficient {
  int row;
  int column;
  auto operator<=>(const RandomCoefficient&) const = default;
};
struct RandomRightSide {
  int row;
  auto operator<=>(const RandomRightSide&) const = default;
};
struct RandomRange {
  int row;
  auto operator<=>(const RandomRange&) const = default;
};
struct RandomBound {
  BoundKind kind;  ///< Lower, upper or fixed.
  int column;
  auto operator<=>(const RandomBound&) const = default;
};
using RandomElement = std::variant<RandomCoefficient, RandomRightSide, RandomRange, RandomBound>;

/// The core's own value of `element`: zero for a coefficient or range that it does not have.
double value_of(const CoreProgram& core, const RandomElement& element);
void set_value(CoreProgram& core, const RandomElement& element, double value);

struct Realization {
  double probability = 0.0;
  std::vector<double> values;  ///< [element] As they stand in the program.
};

/// value = location + scale U of one element, U uniform in (0, 1) or standard normal.
struct ContinuousLaw {
  enum class Shape { kUniform, kNormal } shape = Shape::kUniform;
  double location = 0.0;
  double scale = 1.0;
};

/// Elements that are drawn together. What one vector shows says nothing of another.
struct RandomVector {
  std::string name;
  std::vector<RandomElement> elements;
  /// Realizations whose probabilities sum to one, or the law of a single element.
  std::variant<std::vector<Realization>, ContinuousLaw> law;
};

}  // namespace offtake::lp
