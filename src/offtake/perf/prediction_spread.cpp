#include "offtake/perf/prediction_spread.hpp"

#include <cmath>
#include <cstddef>
#include <span>

#include "offtake/base/expects.hpp"
#include "offtake/hardware/fitted_figure.hpp"

namespace offtake::perf {
namespace {

constexpr double kStep = 1e-2;  ///< In the space in which a figure is free.

}  // namespace

std::vector<double> prediction_spread(const LogFigures& figures, const hardware::System& system) {
  const std::vector<double> base = figures(system);
  const std::vector<double>& factor = system.serving.calibration.spread;
  std::vector<double> spread(base.size(), 0.0);
  if (factor.empty() || base.empty()) return spread;
  const std::span<const hardware::FittedFigure> fitted = hardware::serving_figures();
  const std::size_t n = fitted.size();
  expects(factor.size() == n * (n + 1) / 2, "a factor has a row for each fitted figure");
  std::vector<std::vector<double>> gradient;  // By fitted figure, then predicted one.
  for (const hardware::FittedFigure& figure : fitted) {
    hardware::System moved = system;
    figure.set(moved, figure.from_free(figure.to_free(figure.get(system)) + kStep));
    gradient.push_back(figures(moved));
    if (gradient.back().size() != base.size()) gradient.back() = base;
    for (std::size_t i = 0; i < base.size(); ++i) {
      gradient.back()[i] = (gradient.back()[i] - base[i]) / kStep;
    }
  }
  for (std::size_t i = 0; i < base.size(); ++i) {
    double variance = 0.0;
    for (std::size_t column = 0; column < n; ++column) {  // |L' g|^2.
      double product = 0.0;
      for (std::size_t row = column; row < n; ++row) {
        product += factor[row * (row + 1) / 2 + column] * gradient[row][i];
      }
      variance += product * product;
    }
    spread[i] = std::sqrt(variance);
  }
  return spread;
}

}  // namespace offtake::perf
