#include "offtake/hardware/fitted_figure.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

namespace offtake::hardware {

TEST_CASE("by hand: shares move by their log-odds, times and multiples by their logarithm") {
  const FittedFigure share{.path = "/a", .unit = FigureUnit::kShare};
  CHECK(share.to_free(0.5) == doctest::Approx(0.0));
  CHECK(share.to_free(0.8) == doctest::Approx(std::log(4.0)));
  CHECK(share.from_free(std::log(4.0)) == doctest::Approx(0.8));
  const FittedFigure time{.path = "/b", .unit = FigureUnit::kTime};
  CHECK(time.from_free(time.to_free(3e-6)) == doctest::Approx(3e-6));
  const FittedFigure multiple{.path = "/c", .unit = FigureUnit::kMultiple};
  CHECK(multiple.to_free(std::exp(1.0)) == doctest::Approx(1.0));
}

TEST_CASE("any free value is a value that the figure may take") {
  for (const FittedFigure& figure : serving_figures()) {
    CAPTURE(figure.path);
    for (const double free : {-30.0, -1.0, 0.0, 2.0, 30.0}) {
      const double value = figure.from_free(free);
      CHECK(value >= 0.0);
      if (figure.unit == FigureUnit::kShare) CHECK(value <= 1.0);
    }
  }
}

TEST_CASE("each figure sets what it gets, and no two are one") {
  System system;
  for (const NumericFormat format : numeric_formats()) {
    system.serving.sustained.gemm.set(format, {.value = 0.5});
  }
  std::set<std::string> paths;
  double value = 0.1;
  for (const FittedFigure& figure : serving_figures()) {
    CAPTURE(figure.path);
    CHECK(paths.insert(std::string(figure.path)).second);
    figure.set(system, value);
    value += 0.01;
  }
  value = 0.1;
  for (const FittedFigure& figure : serving_figures()) {
    CAPTURE(figure.path);
    CHECK(figure.get(system) == doctest::Approx(value));
    value += 0.01;
  }
}

TEST_CASE("a share of eight-bit products is that of all eight-bit formats which the chip has") {
  System system;
  system.serving.sustained.gemm.set(NumericFormat::kFp8, {.value = 0.5});
  system.serving.sustained.gemm.set(NumericFormat::kInt8, {.value = 0.5});
  for (const FittedFigure& figure : serving_figures()) {
    if (figure.path == "/sustained/gemm/fp8") figure.set(system, 0.7);
  }
  CHECK(system.serving.sustained.gemm.find(NumericFormat::kInt8)->value == 0.7);
  CHECK(system.serving.sustained.gemm.find(NumericFormat::kMxfp8) == nullptr);
}

}  // namespace offtake::hardware
