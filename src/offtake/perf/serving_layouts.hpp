#pragma once

#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/search_space.hpp"
#include "offtake/perf/serving_layout.hpp"

namespace offtake::perf {

/// Layouts worth trying: tensor and data degrees that are powers of two within a scale-up domain,
/// experts dealt out or cut, pipelines only over what a domain holds. Attention data parallelism is
/// for mixtures: with dense layers a second replica does the same.
std::vector<ServingLayout> serving_layouts(const model::ModelArchitecture& model,
                                           const hardware::System& system,
                                           const SearchSpace& space);

}  // namespace offtake::perf
