#include "offtake/perf/prediction_spread.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "offtake/hardware/fitted_figure.hpp"
#include "offtake/perf/serving_example.hpp"

namespace offtake::perf {
namespace {

/// Logarithms of the first two fitted figures themselves, and of their product.
std::vector<double> first_two(const hardware::System& system) {
  const auto figures = hardware::serving_figures();
  const double a = std::log(figures[0].get(system));
  const double b = std::log(figures[1].get(system));
  return {a, b, a + b};
}

/// A factor with these in its first two rows and nothing else.
std::vector<double> factor(double first, double below, double second) {
  const std::size_t n = hardware::serving_figures().size();
  std::vector<double> lower(n * (n + 1) / 2, 0.0);
  lower[0] = first;
  lower[1] = below;
  lower[2] = second;
  return lower;
}

}  // namespace

TEST_CASE("by hand: two shares with a covariance, and their product") {
  // Shares of 60%: d ln s / d log-odds = 1 - 0.6 = 0.4. L = [[0.1, 0], [0.06, 0.08]], so that both
  // spread by 0.1 and correlate by 0.6: 0.04 each, and the product 0.04 (2 + 1.2)^(1/2) = 0.0716.
  hardware::System system = example::eight_chips();
  system.serving.calibration.spread = factor(0.1, 0.06, 0.08);
  const std::vector<double> spread = prediction_spread(first_two, system);
  REQUIRE(spread.size() == 3);
  CHECK(spread[0] == doctest::Approx(0.04).epsilon(0.01));
  CHECK(spread[1] == doctest::Approx(0.04).epsilon(0.01));
  CHECK(spread[2] == doctest::Approx(0.0716).epsilon(0.01));
}

TEST_CASE("figures that move against one another leave their product nearly certain") {
  hardware::System system = example::eight_chips();
  system.serving.calibration.spread = factor(0.1, -0.1, 0.0);
  CHECK(prediction_spread(first_two, system)[2] < 1e-3);
}

TEST_CASE("without a fit, or without a prediction, there is no spread") {
  const hardware::System system = example::eight_chips();
  CHECK(prediction_spread(first_two, system) == std::vector<double>{0.0, 0.0, 0.0});
  const LogFigures none = [](const hardware::System&) { return std::vector<double>{}; };
  CHECK(prediction_spread(none, system).empty());
}

}  // namespace offtake::perf
