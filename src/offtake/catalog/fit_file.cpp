#include "offtake/catalog/fit_file.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "offtake/catalog/collective_library_file.hpp"
#include "offtake/catalog/entry_notes.hpp"
#include "offtake/catalog/sourced_figure.hpp"
#include "offtake/hardware/fitted_figure.hpp"

namespace offtake::catalog {
namespace {

using hardware::FitGrade;

hardware::PredictionError read_error(const yaml::ObjectReader& file, const std::string& path,
                                     yaml::Evidence evidence) {
  const auto deviation = [&](std::string_view metric) {
    return sourced_positive<double>(file.at(path + "/" + std::string(metric)), "15%", evidence);
  };
  return {
      .throughput = deviation("throughput"), .tpot = deviation("tpot"), .ttft = deviation("ttft")};
}

std::optional<double> read_figure(const yaml::ObjectReader& file,
                                  const hardware::FittedFigure& figure, yaml::Evidence evidence) {
  const auto value = file.find(figure.path);
  if (!value) return std::nullopt;
  if (figure.unit == hardware::FigureUnit::kTime) {
    return sourced_positive<Seconds>(*value, "3 us", evidence).value.base_units();
  }
  return sourced_positive<double>(*value, "60%", evidence).value;
}

FittedLayer read_layer(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  FittedLayer layer{.rows = file.count("/rows"), .error = read_error(file, "/error", evidence)};
  for (const yaml::Value& model : file.list("/models")) layer.models.push_back(model.text());
  const auto figures = hardware::serving_figures();
  for (const hardware::FittedFigure& figure : figures) {
    layer.figures.push_back(read_figure(file, figure, evidence));
  }
  const auto spread = file.find("/spread");
  if (!spread) return layer;
  for (const yaml::Value& number : spread->list()) layer.spread.push_back(number.number());
  if (layer.spread.size() != figures.size() * (figures.size() + 1) / 2) {
    spread->reject("the lower triangle of a matrix with a row for each fitted figure");
    layer.spread.clear();
  }
  return layer;
}

StackFit read_stack_fit(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  StackFit fit{.shared = read_layer(file, evidence),
               .error_of_new_model = read_error(file, "/error_of_new_model", evidence),
               .error_of_new_chip = read_error(file, "/error_of_new_chip", evidence)};
  for (const yaml::KeyedValue& chip : file.entries("/chips")) {
    fit.chips.emplace(chip.key.text(), read_layer(chip.value.object(), evidence));
  }
  return fit;
}

/// The chip whose rows stand for `chip`: its own or its nearest relative's; null when none do.
const hardware::Chip* chip_of(const StackFit& fit, const hardware::Chip& chip,
                              std::span<const hardware::Chip> chips) {
  if (fit.chips.contains(chip.id)) return &chip;
  std::vector<const hardware::Chip*> fitted;
  for (const hardware::Chip& other : chips) {
    if (fit.chips.contains(other.id)) fitted.push_back(&other);
  }
  return hardware::nearest_relative(chip, fitted);
}

void set_figures(const FittedLayer& layer, bool other_design, hardware::System& system) {
  const auto figures = hardware::serving_figures();
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (!layer.figures[i]) continue;
    if (other_design && figures[i].path.starts_with("/sustained/gemm/")) continue;
    figures[i].set(system, *layer.figures[i]);
  }
}

}  // namespace

ServingFits read_serving_fits(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  read_notes(file);
  file.text("/name");
  file.text("/measurements");
  file.count("/rows");
  file.count("/figures");
  file.number("/figures_effective");
  ServingFits fits;
  if (file.find("/stacks")) {
    fits.error_of_speculation = read_error(file, "/error_of_speculation", evidence);
    fits.error_of_pools = read_error(file, "/error_of_pools", evidence);
    fits.error_of_search = read_error(file, "/error_of_search", evidence);
  }
  for (const yaml::KeyedValue& library : file.entries("/libraries")) {
    fits.libraries.emplace(library.key.text(),
                           read_collective_library(library.value.object(), evidence));
  }
  for (const yaml::KeyedValue& stack : file.entries("/stacks")) {
    fits.stacks.emplace(stack.key.text(), read_stack_fit(stack.value.object(), evidence));
  }
  return fits;
}

void apply_fit(const ServingFits& fits, std::span<const hardware::Chip> chips,
               hardware::System& system) {
  if (const auto library = fits.libraries.find(system.chip.id); library != fits.libraries.end()) {
    system.scale_up.library = library->second;
  }
  if (fits.stacks.empty()) return;
  hardware::Efficiency& serving = system.serving;
  serving.error_of_speculation = fits.error_of_speculation;
  serving.error_of_pools = fits.error_of_pools;
  serving.error_of_search = fits.error_of_search;
  const auto found = fits.stacks.find(serving.stack);
  if (found == fits.stacks.end()) return;
  const StackFit& fit = found->second;
  const hardware::Chip* chip = chip_of(fit, system.chip, chips);
  const FittedLayer& layer = chip == nullptr ? fit.shared : fit.chips.at(chip->id);
  const bool own = chip != nullptr && chip->id == system.chip.id;
  const bool other_design =
      chip == nullptr ||
      (!own && (chip->architecture.empty() || chip->architecture != system.chip.architecture));
  set_figures(fit.shared, other_design, system);
  if (chip != nullptr) set_figures(layer, other_design, system);
  serving.calibration = {.grade = own               ? FitGrade::kOwn
                                  : chip == nullptr ? FitGrade::kStack
                                                    : FitGrade::kRelative,
                         .chip = chip == nullptr ? std::string() : chip->id,
                         .rows = layer.rows,
                         .models = layer.models,
                         .spread = layer.spread};
  serving.error = own ? layer.error : fit.error_of_new_chip;
  serving.error_of_new_model = own ? fit.error_of_new_model : fit.error_of_new_chip;
}

}  // namespace offtake::catalog
