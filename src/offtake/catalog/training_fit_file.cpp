#include "offtake/catalog/training_fit_file.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "offtake/catalog/sourced_figure.hpp"
#include "offtake/hardware/training_figure.hpp"

namespace offtake::catalog {
namespace {

using hardware::FitGrade;
using hardware::StepError;

/// The multiples under `path`; names that are no figure's stay unread, and so are told.
LogMultiples read_multiples(const yaml::ObjectReader& file, const std::string& path) {
  LogMultiples logs;
  for (const hardware::TrainingFigure& figure : hardware::training_figures()) {
    const auto value = file.find(path + "/" + std::string(figure.name));
    const double multiple = value ? value->number() : 1.0;
    if (multiple > 0.0) {
      logs.push_back(std::log(multiple));
    } else {
      value->reject("a multiple above zero");
      logs.push_back(0.0);
    }
  }
  return logs;
}

std::map<std::string, LogMultiples> read_blocks(const yaml::ObjectReader& file,
                                                const std::string& path) {
  std::map<std::string, LogMultiples> blocks;
  for (const yaml::KeyedValue& block : file.entries(path)) {
    blocks.emplace(block.key.text(), read_multiples(block.value.object(), ""));
  }
  return blocks;
}

TrainingStackFit read_stack(const yaml::ObjectReader& file) {
  TrainingStackFit fit{.runs = file.count("/runs"),
                       .multiples = read_multiples(file, "/multiples"),
                       .latest = file.text_or("/latest", ""),
                       .versions = read_blocks(file, "/versions")};
  for (const yaml::Value& model : file.list("/models")) fit.models.push_back(model.text());
  for (const yaml::Value& chip : file.list("/chips")) fit.chips.insert(chip.text());
  return fit;
}

StepError read_error(const yaml::ObjectReader& file, const std::string& path,
                     yaml::Evidence evidence) {
  return {.dense = sourced_positive<double>(file.at(path + "/dense"), "10%", evidence),
          .mixture = sourced_positive<double>(file.at(path + "/mixture"), "20%", evidence)};
}

/// As far as the further of the two, where a run is new in both ways.
StepError further(const StepError& a, const StepError& b) {
  const auto of = [](const Sourced<double>& left, const Sourced<double>& right) {
    return left.value < right.value ? right : left;
  };
  return {.dense = of(a.dense, b.dense), .mixture = of(a.mixture, b.mixture)};
}

}  // namespace

TrainingFits read_training_fits(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  file.text_or("/note", "");
  file.count("/runs");
  file.count("/figures");
  file.number("/figures_effective");
  TrainingFits fits{.shared = read_multiples(file, "/shared"),
                    .designs = read_blocks(file, "/designs"),
                    .chips = read_blocks(file, "/chips"),
                    .errors = {.own = read_error(file, "/errors/own", evidence),
                               .new_model = read_error(file, "/errors/new_model", evidence),
                               .new_chip = read_error(file, "/errors/new_chip", evidence),
                               .new_stack = read_error(file, "/errors/new_stack", evidence)}};
  for (const yaml::KeyedValue& stack : file.entries("/stacks")) {
    fits.stacks.emplace(stack.key.text(), read_stack(stack.value.object()));
  }
  return fits;
}

void apply_fit(const TrainingFits& fits, std::string_view version, hardware::System& system) {
  if (system.calculon) return;
  const auto stack = fits.stacks.find(system.training.stack);
  const bool known_stack = stack != fits.stacks.end();
  const bool known_chip = fits.chips.contains(system.chip.id);
  LogMultiples sum = fits.shared;
  const auto add = [&](const auto& blocks, const std::string& key) {
    const auto found = blocks.find(key);
    if (found == blocks.end()) return;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += found->second[i];
  };
  if (known_stack) {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += stack->second.multiples[i];
    add(stack->second.versions, version.empty() ? stack->second.latest : std::string(version));
  }
  add(fits.designs, system.chip.architecture);
  add(fits.chips, system.chip.id);
  hardware::scale_training(sum, system);

  hardware::Efficiency& training = system.training;
  training.calibration = {
      .grade = known_stack && known_chip ? FitGrade::kOwn
               : known_stack             ? FitGrade::kRelative
                                         : FitGrade::kNone,
      .chip = known_chip ? system.chip.id : std::string(),
      .rows = known_stack ? stack->second.runs : 0,
      .models = known_stack ? stack->second.models : std::vector<std::string>{}};
  const TrainingErrors& errors = fits.errors;
  training.step_error = !known_stack ? errors.new_stack : known_chip ? errors.own : errors.new_chip;
  training.step_error_of_new_model =
      known_stack && known_chip ? errors.new_model : further(errors.new_model, training.step_error);
}

}  // namespace offtake::catalog
