#include "offtake/fidelity/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace offtake::fidelity {

double soft(double residual) {
  const double loss = 2.0 * (std::sqrt(1.0 + residual * residual) - 1.0);
  return residual < 0.0 ? -std::sqrt(loss) : std::sqrt(loss);
}

PriorCost::PriorCost(std::vector<double> centre, std::vector<double> spread)
    : centre_(std::move(centre)), spread_(std::move(spread)) {
  mutable_parameter_block_sizes()->push_back(static_cast<int>(centre_.size()));
  set_num_residuals(static_cast<int>(centre_.size()));
}

bool PriorCost::Evaluate(double const* const* parameters, double* residuals,
                         double** jacobians) const {
  const std::size_t n = centre_.size();
  for (std::size_t i = 0; i < n; ++i) {
    residuals[i] = (parameters[0][i] - centre_[i]) / spread_[i];
  }
  if (jacobians == nullptr || jacobians[0] == nullptr) return true;
  std::fill(jacobians[0], jacobians[0] + n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) jacobians[0][i * n + i] = 1.0 / spread_[i];
  return true;
}

}  // namespace offtake::fidelity
