#pragma once

#include <vector>

namespace offtake::hardware {

/// A share of the peak that grows in steps with the size of the operation (FLOP or bytes).
/// Source of the form: Isaev et al., "Calculon", SC 2023.
class EfficiencyCurve {
 public:
  struct Step {
    double size_min;  ///< The step holds from this size on, FLOP or bytes.
    double fraction;  ///< In (0, 1].
  };

  /// `steps` ascend by size and the first begins at zero.
  explicit EfficiencyCurve(std::vector<Step> steps);
  /// The fraction for an operation of `size` >= 0.
  double at(double size) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace offtake::hardware
