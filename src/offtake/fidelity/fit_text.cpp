#include "offtake/fidelity/fit_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "offtake/fidelity/training_fit_text.hpp"
#include "offtake/hardware/fitted_figure.hpp"

namespace offtake::fidelity {
namespace {

using hardware::FigureUnit;
using hardware::FittedFigure;

constexpr double kNormal90 = 1.2816;

/// Four digits, never with an exponent.
std::string digits(double value) {
  const int before = std::max(1, static_cast<int>(std::floor(std::log10(value))) + 1);
  return fmt::format("{:.{}f}", value, std::clamp(4 - before, 0, 4));
}

std::string figure_text(FigureUnit unit, double value) {
  if (unit != FigureUnit::kTime) return fmt::format("{}%", digits(value * 100.0));
  return value < 1e-3 ? fmt::format("{} us", digits(value * 1e6))
                      : fmt::format("{} ms", digits(value * 1e3));
}

/// Writes one file; what it writes of a figure carries the fit's source.
class FitWriter {
 public:
  explicit FitWriter(std::string source) : source_(std::move(source)) {}

  template <class... Args>
  void line(int indent, fmt::format_string<Args...> format, Args&&... args) {
    text_.append(static_cast<std::size_t>(indent), ' ');
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  void error(int indent, std::string_view name, const FitError& error) {
    const auto figure = [&](double value) {
      return sourced(fmt::format("{:.3g}%", value * 100.0));
    };
    line(indent, "{}:", name);
    line(indent + 2, "throughput: {}", figure(error.throughput));
    line(indent + 2, "tpot: {}", figure(error.tpot));
    line(indent + 2, "ttft: {}", figure(error.ttft));
  }

  /// The figures by section, as a stack's file has them, with their own 80% band.
  void figures(int indent, const FittedFigures& fitted, bool of_chip) {
    const auto known = hardware::serving_figures();
    std::string_view section;
    std::string_view table;
    for (std::size_t i = 0; i < known.size(); ++i) {
      if (of_chip && known[i].spread_of_chip == 0.0) continue;  // The stack's holds.
      const Path path(known[i].path);
      if (path.section != section && !path.section.empty()) line(indent, "{}:", path.section);
      section = path.section;
      const int inner = indent + (section.empty() ? 0 : 2);
      if (path.table != table && !path.table.empty()) line(inner, "{}:", path.table);
      table = path.table;
      const std::string_view name = known[i].path.substr(known[i].path.rfind('/') + 1);
      line(inner + (table.empty() ? 0 : 2), "{}: {}", name, figure(known[i], fitted, i));
    }
  }

  void spread(int indent, const FittedFigures& fitted) {
    std::string numbers;
    for (const double number : fitted.spread) {
      numbers += numbers.empty() ? "" : ", ";
      numbers += std::abs(number) < 5e-5 ? "0" : fmt::format("{:.4f}", number);
    }
    line(indent, "spread: [{}]", numbers);
  }

  void rows(int indent, const FittedFigures& fitted) {
    line(indent, "rows: {}", fitted.rows);
    line(indent, "models: [{}]", fmt::join(fitted.models, ", "));
  }

  void library(int indent, const hardware::CollectiveLibrary& library) {
    const auto share = [&](double value) { return sourced(fmt::format("{:.3g}%", value * 100.0)); };
    const auto time = [&](Seconds value) {
      return sourced(fmt::format("{:.3g} us", value.base_units() * 1e6));
    };
    const auto latency = [&](const hardware::CollectiveLibrary::Latency& of) {
      return fmt::format("{{start: {}, step: {}}}", time(of.start.value), time(of.step.value));
    };
    const auto path = [&](const hardware::CollectiveLibrary::Path& of) {
      return fmt::format(
          "{{ranks: {}, bandwidth: {}}}", of.ranks,
          sourced(fmt::format("{:.4g} GB/s", of.bandwidth.value.base_units() / 1e9)));
    };
    line(indent, "name: \"{}\"", library.name);
    line(indent, "ranks_max: {}", library.ranks_max);
    line(indent, "ring: {}", latency(library.ring));
    line(indent, "exchange: {}", latency(library.exchange));
    line(indent, "paths:");
    for (const auto& one : library.paths) line(indent + 2, "- {}", path(one));
    if (library.in_switch) line(indent, "in_switch: {}", path(*library.in_switch));
    line(indent, "own_share: {}", share(library.own_share.value));
    line(indent, "knee: {}", share(library.knee.value));
    line(indent, "error: {}", share(library.error.value));
  }

  std::string text() && { return std::move(text_); }

 private:
  /// "/sustained/gemm/fp8" has a section and a table, "/ageing" neither.
  struct Path {
    explicit Path(std::string_view path) {
      path.remove_prefix(1);
      const std::size_t last = path.rfind('/');
      if (last == std::string_view::npos) return;
      section = path.substr(0, path.find('/'));
      if (last > section.size()) table = path.substr(section.size() + 1, last - section.size() - 1);
    }
    std::string_view section;
    std::string_view table;
  };

  std::string figure(const FittedFigure& known, const FittedFigures& fitted, std::size_t i) const {
    double variance = 0.0;
    for (std::size_t column = 0; column <= i && !fitted.spread.empty(); ++column) {
      const double entry = fitted.spread[i * (i + 1) / 2 + column];
      variance += entry * entry;
    }
    const double half = kNormal90 * std::sqrt(variance);
    const double free = fitted.figures[i];
    return fmt::format("{{value: {}, low: {}, high: {}, source: {}, status: estimate}}",
                       figure_text(known.unit, known.from_free(free)),
                       figure_text(known.unit, known.from_free(free - half)),
                       figure_text(known.unit, known.from_free(free + half)), source_);
  }

  std::string sourced(const std::string& value) const {
    return fmt::format("{{value: {}, source: {}, status: estimate}}", value, source_);
  }

  std::string source_;
  std::string text_;
};

std::string score_text(const std::map<std::string, FitScore>& scores) {
  std::string text;
  for (const auto& [metric, score] : scores) {
    fmt::format_to(std::back_inserter(text), "{}{} {:.1f}% / {:.1f}%", text.empty() ? "" : ", ",
                   metric, score.median * 100.0, score.p90 * 100.0);
  }
  return text;
}

}  // namespace

std::string to_yaml(const FitFile& file) {
  const ServingCalibration& calibration = file.serving;
  const ServingFit& fit = calibration.fit;
  FitWriter writer(file.source);
  writer.line(0, "name: \"{}\"", file.name);
  writer.line(0, "measurements: \"{}\"", file.measurements);
  const std::string training =
      file.training.fit.runs > 0 ? training_yaml(file.training, file.source) : std::string();
  if (fit.rows == 0 && file.libraries.empty()) return std::move(writer).text() + training;
  writer.line(0,
              "note: \"Median and 90th percentile of the error: {}; with each model left out {}; "
              "with each chip left out {}.\"",
              score_text(calibration.in_sample), score_text(calibration.model_left_out),
              score_text(calibration.chip_left_out));
  writer.line(0, "rows: {}", fit.rows);
  writer.line(0, "figures: {}", fit.figures);
  writer.line(0, "figures_effective: {:.1f}", fit.figures_effective);
  if (!fit.stacks.empty()) {
    writer.error(0, "error_of_speculation", calibration.speculation);
    writer.error(0, "error_of_pools", calibration.pools);
    writer.error(0, "error_of_search", calibration.search);
    writer.line(0, "stacks:");
  }
  for (const auto& [stack, fitted] : fit.stacks) {
    const StackErrors& errors = calibration.stacks.at(stack);
    writer.line(2, "{}:", stack);
    writer.rows(4, fitted);
    writer.error(4, "error", errors.shared);
    writer.error(4, "error_of_new_model", errors.new_model);
    writer.error(4, "error_of_new_chip", errors.new_chip);
    writer.figures(4, fitted, false);
    writer.spread(4, fitted);
    writer.line(4, "chips:");
    for (const auto& [key, chip] : fit.chips) {
      if (key.first != stack) continue;
      writer.line(6, "{}:", key.second);
      writer.rows(8, chip);
      writer.error(8, "error", errors.chips.at(key.second));
      writer.figures(8, chip, true);
      writer.spread(8, chip);
    }
  }
  if (!file.libraries.empty()) writer.line(0, "libraries:");
  for (const auto& [chip, library] : file.libraries) {
    writer.line(2, "{}:", chip);
    writer.library(4, library.library);
  }
  return std::move(writer).text() + training;
}

}  // namespace offtake::fidelity
