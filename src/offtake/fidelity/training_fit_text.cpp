#include "offtake/fidelity/training_fit_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <iterator>
#include <string_view>

#include "offtake/hardware/training_figure.hpp"

namespace offtake::fidelity {
namespace {

constexpr double kUnmoved = 5e-4;  ///< Logarithm of a multiple that is written as one.

/// "{products: 0.9812, layer: 1.204}"; multiples of one are left out.
std::string multiples_text(const LogMultiples& logs) {
  std::string text;
  const auto figures = hardware::training_figures();
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (std::abs(logs[i]) < kUnmoved) continue;
    fmt::format_to(std::back_inserter(text), "{}{}: {:.4g}", text.empty() ? "" : ", ",
                   figures[i].name, std::exp(logs[i]));
  }
  return "{" + text + "}";
}

std::string score_text(const TrainingScore& score) {
  return fmt::format("{:.1f}% / {:.1f}%", score.error.median * 100.0, score.error.p90 * 100.0);
}

}  // namespace

std::string training_yaml(const TrainingCalibration& calibration, const std::string& source) {
  const TrainingFit& fit = calibration.fit;
  std::string text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "training:\n");
  fmt::format_to(out,
                 "  note: \"Median and 90th percentile of the step's error: {}; an eighth of the "
                 "configurations left out {}, each model {}, each chip {}, each stack {}.\"\n",
                 score_text(calibration.in_sample), score_text(calibration.configuration_left_out),
                 score_text(calibration.model_left_out), score_text(calibration.chip_left_out),
                 score_text(calibration.stack_left_out));
  fmt::format_to(out, "  runs: {}\n  figures: {}\n  figures_effective: {:.1f}\n", fit.runs,
                 fit.figures, fit.figures_effective);
  fmt::format_to(out, "  errors:\n");
  const auto error = [&](std::string_view name, const StepDeviation& deviation) {
    const auto figure = [&](double value) {
      return fmt::format("{{value: {:.3g}%, source: {}, status: estimate}}", value * 100.0, source);
    };
    fmt::format_to(out, "    {}: {{dense: {}, mixture: {}}}\n", name, figure(deviation.dense),
                   figure(deviation.mixture));
  };
  error("own", calibration.own);
  error("new_model", calibration.of_model);
  error("new_chip", calibration.of_chip);
  error("new_stack", calibration.of_stack);
  fmt::format_to(out, "  shared: {}\n  stacks:\n", multiples_text(fit.shared));
  for (const auto& [stack, logs] : fit.stacks) {
    fmt::format_to(out, "    {}:\n      runs: {}\n", stack, fit.runs_of_stack.at(stack));
    fmt::format_to(out, "      models: [{}]\n      chips: [{}]\n",
                   fmt::join(calibration.models.at(stack), ", "),
                   fmt::join(calibration.chips.at(stack), ", "));
    fmt::format_to(out, "      multiples: {}\n", multiples_text(logs));
    std::string latest;
    std::string versions;
    for (const auto& [key, of_version] : fit.versions) {
      if (key.first != stack) continue;
      latest = key.second;
      fmt::format_to(std::back_inserter(versions), "        \"{}\": {}\n", key.second,
                     multiples_text(of_version));
    }
    fmt::format_to(out, "      latest: \"{}\"\n      versions:\n{}", latest, versions);
  }
  const auto blocks = [&](std::string_view name, const std::map<std::string, LogMultiples>& of) {
    fmt::format_to(out, "  {}:\n", name);
    for (const auto& [key, logs] : of) {
      fmt::format_to(out, "    {}: {}\n", key, multiples_text(logs));
    }
  };
  blocks("designs", fit.designs);
  blocks("chips", fit.chips);
  return text;
}

}  // namespace offtake::fidelity
