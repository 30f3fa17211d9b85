#pragma once

#include <string>
#include <variant>
#include <vector>

#include "offtake/lp/core_program.hpp"
#include "offtake/lp/core_stages.hpp"

namespace offtake::lp {

/// A figure of the core that is not known in advance. Indices are those of CoreProgram; a
/// coefficient in the objective's row is a cost.
struct RandomCoefficient {
  int row;
  int column;
  bool operator==(const RandomCoefficient&) const = default;
};
struct RandomRightSide {
  int row;
  bool operator==(const RandomRightSide&) const = default;
};
struct RandomRange {
  int row;
  bool operator==(const RandomRange&) const = default;
};
struct RandomBound {
  BoundKind kind;  ///< Lower, upper or fixed.
  int column;
  bool operator==(const RandomBound&) const = default;
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

/// Reads a stochastics file: sections INDEP (DISCRETE, UNIFORM, NORMAL), BLOCKS (DISCRETE) and
/// SCENARIOS, with values that REPLACE the core's, are ADDed to or MULTIPLY them. A block's later
/// realizations name what differs from its first one, a scenario what differs from its parent. The
/// numbers of UNIFORM are its ends, those of NORMAL mean and variance. Probabilities that sum to
/// one within a thousandth are scaled to do so; realizations of probability zero are left out.
/// Source: as of read_stages.
std::vector<RandomVector> read_random_vectors(const SmpsFile& file, SmpsForm form,
                                              const CoreFile& core, const CoreStages& stages,
                                              SmpsProblems& problems);

}  // namespace offtake::lp
