#pragma once

#include <ceres/ceres.h>

#include <vector>

namespace offtake::fidelity {

/// The loss of Charbonnier et al. (IEEE TIP 6(2), 1997), linear for large errors, as a residual:
/// its square is 2 (sqrt(1 + r^2) - 1).
double soft(double residual);

/// Draws each parameter of a block to a centre, with a standard deviation.
class PriorCost : public ceres::CostFunction {
 public:
  PriorCost(std::vector<double> centre, std::vector<double> spread);

  bool Evaluate(double const* const* parameters, double* residuals,
                double** jacobians) const override;

 private:
  std::vector<double> centre_;
  std::vector<double> spread_;
};

}  // namespace offtake::fidelity
