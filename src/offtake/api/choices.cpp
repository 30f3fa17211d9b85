#include "offtake/api/choices.hpp"

#include "offtake/catalog/hugging_face_config.hpp"

namespace offtake::api {
namespace {

void keep(std::vector<Problem>& problems, const InputError& error) {
  problems.insert(problems.end(), error.problems().begin(), error.problems().end());
}

}  // namespace

std::optional<model::ModelArchitecture> chosen_model(const ModelChoice& choice,
                                                     const catalog::Catalog& catalog,
                                                     std::vector<Problem>& problems) {
  if (choice.config) {
    try {
      return catalog::read_hugging_face_config(choice.config->text, choice.config->name, choice.id);
    } catch (const InputError& error) {
      keep(problems, error);
      return std::nullopt;
    }
  }
  const auto found = catalog.model(choice.id);
  if (found) return **found;
  problems.push_back(
      {{}, "--model", catalog::expected_text(found.error()), "\"" + choice.id + "\""});
  return std::nullopt;
}

std::optional<hardware::System> chosen_system(const SystemChoice& choice,
                                              const catalog::Catalog& catalog,
                                              std::vector<Problem>& problems) {
  if (choice.file) {
    try {
      return catalog::load_system(choice.file->name, catalog);
    } catch (const InputError& error) {
      keep(problems, error);
      return std::nullopt;
    }
  }
  const auto found = catalog.system(choice.id);
  if (found) return **found;
  problems.push_back(
      {{}, "--system", catalog::expected_text(found.error()), "\"" + choice.id + "\""});
  return std::nullopt;
}

std::optional<hardware::NumericFormat> chosen_format(const std::string& option,
                                                     const std::string& name,
                                                     std::vector<Problem>& problems) {
  if (const auto format = hardware::parse_numeric_format(name)) return format;
  std::string known;
  for (const hardware::NumericFormat format : hardware::numeric_formats()) {
    known += (known.empty() ? "" : ", ") + std::string(hardware::name(format));
  }
  problems.push_back({{}, option, "a numeric format: " + known, "\"" + name + "\""});
  return std::nullopt;
}

std::optional<perf::ServingMode> chosen_mode(const std::string& option, const std::string& name,
                                             std::vector<Problem>& problems) {
  const auto mode = perf::parse_serving_mode(name);
  if (!mode) {
    problems.push_back({{}, option, "aggregated, disaggregated or any", "\"" + name + "\""});
  }
  return mode;
}

}  // namespace offtake::api
