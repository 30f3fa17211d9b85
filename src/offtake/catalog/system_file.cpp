#include "offtake/catalog/system_file.hpp"

#include <array>
#include <utility>

#include "offtake/catalog/calculon_file.hpp"
#include "offtake/catalog/chip_file.hpp"
#include "offtake/catalog/collective_library_file.hpp"
#include "offtake/catalog/entry_notes.hpp"
#include "offtake/catalog/sourced_figure.hpp"

namespace offtake::catalog {
namespace {

using hardware::InterconnectDomain;
using hardware::Topology;

constexpr std::array kTopologies{
    yaml::Choice{"switched", Topology::kSwitched},
    yaml::Choice{"switched_reducing", Topology::kSwitchedReducing},
    yaml::Choice{"ring", Topology::kRing},
    yaml::Choice{"torus", Topology::kTorus},
    yaml::Choice{"full_mesh", Topology::kFullMesh},
};

constexpr std::array kPurposes{
    yaml::Choice{"serving", Purpose::kServing},
    yaml::Choice{"training", Purpose::kTraining},
};

InterconnectDomain read_domain(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  InterconnectDomain domain;
  domain.topology = file.choice("/topology", kTopologies);
  domain.chips = file.count("/chips", 1);
  domain.wrap_unit = file.count_or("/wrap_unit", 0);
  std::int64_t product = 1;
  for (const yaml::Value& item : file.list("/dimensions")) {
    const yaml::ObjectReader dimension = item.object();
    domain.dimensions.push_back(
        {.chips = dimension.count("/chips", 1), .wraps = dimension.flag_or("/wraps", true)});
    product *= domain.dimensions.back().chips;
  }
  if (domain.topology == Topology::kTorus && product != domain.chips) {
    file.at("/chips").reject("the product of the torus's dimensions, " + std::to_string(product));
  }
  domain.bandwidth = sourced_positive<Bandwidth>(file.at("/bandwidth"), "450 GB/s", evidence);
  domain.latency = sourced_positive<Seconds>(file.at("/latency"), "4 us", evidence);
  domain.compute_share = sourced_share(file.at("/compute_share"), evidence);
  if (const auto library = file.find("/library")) {
    domain.library = read_collective_library(library->object(), evidence);
  }
  return domain;
}

hardware::SitePower read_power(const yaml::ObjectReader& file, yaml::Evidence evidence) {
  hardware::SitePower power;
  power.chip_idle = sourced_positive<Watts>(file.at("/chip_idle"), "90 W", evidence);
  power.chip_load = sourced_positive<Watts>(file.at("/chip_load"), "700 W", evidence);
  power.host = sourced_positive<Watts>(file.at("/host"), "575 W", evidence);
  power.site_factor = sourced_figure<double>(file.at("/site_factor"), "115%", evidence);
  if (file.find("/site_factor") && power.site_factor.value < 1.0) {
    file.at("/site_factor").reject("site power over IT power, at least 100%");
  }
  if (power.chip_idle.value > power.chip_load.value) {
    file.at("/chip_idle").reject("at most the power under load");
  }
  return power;
}

hardware::Chip chip_of(const yaml::Value& chip, const SystemParts& parts, const std::string& id,
                       yaml::Evidence evidence) {
  if (chip.kind() == yaml::Value::Kind::kMapping) {
    return read_chip(chip.object(), id + "-chip", evidence);
  }
  const std::string name = chip.text();
  if (name.empty()) return {};
  const hardware::Chip* known = parts.chip(name);
  if (known != nullptr) return *known;
  chip.reject(parts.chips_known(name));
  return {};
}

hardware::Efficiency efficiency_of(const yaml::ObjectReader& file, const hardware::Chip& chip,
                                   const SystemParts& parts, Purpose purpose,
                                   yaml::Evidence evidence, std::string_view stack_instead = {}) {
  const yaml::Value name = file.at("/stack");
  std::string text = name.text();
  if (!stack_instead.empty()) text = stack_instead;
  std::vector<yaml::ObjectReader> layers{file};
  const StackFile* stack = text.empty() ? nullptr : parts.stack(text);
  if (stack == nullptr) {
    if (!text.empty()) name.reject(parts.stacks_known(text));
    return {};
  }
  if (stack->purpose != purpose) {
    name.reject(purpose == Purpose::kServing ? "a stack for serving" : "a stack for training");
    return {};
  }
  layers.push_back(stack->reader);
  return read_efficiency(layers, stack->id, chip, purpose, evidence);
}

std::vector<std::string> texts(const std::vector<yaml::Value>& values) {
  std::vector<std::string> texts;
  for (const yaml::Value& value : values) texts.push_back(value.text());
  return texts;
}

std::optional<hardware::NumericFormat> format_of(const yaml::ObjectReader& file,
                                                 const std::string& path) {
  const auto value = file.find(path);
  if (!value) return std::nullopt;
  const auto format = hardware::parse_numeric_format(value->text());
  if (!format) value->reject("a numeric format such as fp8");
  return format;
}

}  // namespace

std::optional<UnmodelledSystem> read_unmodelled_system(const yaml::ObjectReader& file,
                                                       std::string id) {
  const auto reason = file.find("/without_figures");
  if (!reason) return std::nullopt;
  read_notes(file);
  return UnmodelledSystem{.id = std::move(id),
                          .name = file.text("/name"),
                          .provider = file.text("/provider"),
                          .reason = reason->text(),
                          .source = file.text("/source")};
}

hardware::System read_system(const yaml::ObjectReader& file, std::string id,
                             const SystemParts& parts, yaml::Evidence evidence,
                             const StacksInstead& instead) {
  read_notes(file);
  hardware::System system;
  system.id = std::move(id);
  system.name = file.text_or("/name", system.id);
  system.provider = file.text_or("/provider", "");
  system.chip = chip_of(file.at("/chip"), parts, system.id, evidence);
  system.chips_per_node = file.count("/chips_per_node", 1);
  system.chips_per_system = file.count("/chips_per_system", 1);
  system.scale_up = read_domain(file.object("/scale_up"), evidence);
  if (const auto scale_out = file.find("/scale_out")) {
    system.scale_out = read_domain(scale_out->object(), evidence);
  }
  system.power = read_power(file.object("/power"), evidence);
  system.memory_share = sourced_share(file.at("/memory/share"), evidence);
  system.memory_reserve = sourced_positive<Bytes>(file.at("/memory/reserve"), "1 GB", evidence);
  system.serving = efficiency_of(file.object("/serving"), system.chip, parts, Purpose::kServing,
                                 evidence, instead.serving);
  system.training = efficiency_of(file.object("/training"), system.chip, parts, Purpose::kTraining,
                                  evidence, instead.training);
  if (const auto calculon = file.find("/calculon")) {
    system.calculon = read_calculon_figures(calculon->object(), evidence);
  }
  return system;
}

StackFile read_stack(const yaml::ObjectReader& file, std::string id, yaml::Evidence evidence) {
  read_notes(file);
  file.text("/name");
  StackFile stack{std::move(id), file.choice("/purpose", kPurposes), file};
  if (stack.purpose == Purpose::kServing) {
    read_serving_stack(stack);
  } else {
    read_training_stack(stack);
  }
  hardware::Chip chip;
  chip.compute_peak.set(hardware::NumericFormat::kBf16, {});
  const std::array layers{file};
  read_efficiency(layers, stack.id, chip, stack.purpose, evidence);
  return stack;
}

ServingStack read_serving_stack(const StackFile& stack) {
  return {.id = stack.id,
          .engines = texts(stack.reader.list("/engines")),
          .vendors = texts(stack.reader.list("/vendors")),
          .weights = format_of(stack.reader, "/weights"),
          .kv_cache = format_of(stack.reader, "/kv_cache")};
}

TrainingStack read_training_stack(const StackFile& stack) {
  TrainingStack training{.id = stack.id,
                         .engines = texts(stack.reader.list("/engines")),
                         .vendors = texts(stack.reader.list("/vendors")),
                         .fully_sharded = stack.reader.flag_or("/fully_sharded", false),
                         .recompute_to_fit = stack.reader.flag_or("/recompute_to_fit", false),
                         .prediction_modules = stack.reader.flag_or("/prediction_modules", false)};
  if (stack.reader.find("/until")) training.until = stack.reader.date("/until");
  return training;
}

}  // namespace offtake::catalog
