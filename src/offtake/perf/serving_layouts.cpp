#include "offtake/perf/serving_layouts.hpp"

#include <algorithm>
#include <variant>

namespace offtake::perf {
namespace {

bool is_mixture(const model::ModelArchitecture& model) {
  return std::ranges::any_of(model.groups, [](const model::LayerGroup& group) {
    return std::holds_alternative<model::MixtureOfExperts>(group.feed_forward);
  });
}

/// Cuts of one stage of up to `chips` chips.
std::vector<ServingLayout> stage_cuts(bool mixture, int chips) {
  std::vector<ServingLayout> cuts;
  for (int tensor = 1; tensor <= chips; tensor *= 2) {
    const int data_max = mixture ? chips / tensor : 1;
    for (int data = 1; data <= data_max; data *= 2) {
      cuts.push_back({.tensor = tensor, .attention_data = data});
      const int stage = tensor * data;
      if (mixture && stage > 1) {
        cuts.push_back({.tensor = tensor, .attention_data = data, .expert = stage});
      }
    }
  }
  return cuts;
}

}  // namespace

std::vector<ServingLayout> serving_layouts(const model::ModelArchitecture& model,
                                           const hardware::System& system,
                                           const SearchSpace& space) {
  std::vector<ServingLayout> layouts;
  const int stage_max = std::min(system.scale_up.chips, space.chips_max);
  for (const ServingLayout& cut : stage_cuts(is_mixture(model), stage_max)) {
    for (int stages = 1; stages <= space.pipeline_max; stages *= 2) {
      if (cut.chips_per_stage() * stages > space.chips_max) break;
      for (const hardware::NumericFormat weights : space.weights) {
        for (const hardware::NumericFormat cache : space.kv_cache) {
          ServingLayout layout = cut;
          layout.pipeline = stages;
          layout.weights = weights;
          layout.kv_cache = cache;
          layouts.push_back(layout);
        }
      }
    }
  }
  return layouts;
}

}  // namespace offtake::perf
