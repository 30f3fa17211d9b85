#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/api/request.hpp"
#include "offtake/base/input_error.hpp"
#include "offtake/catalog/catalog.hpp"
#include "offtake/hardware/numeric_format.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/search_space.hpp"

namespace offtake::api {

/// What a request names, read from the catalog or the user's file. What cannot be found is added to
/// `problems`, and nothing is returned.
std::optional<model::ModelArchitecture> chosen_model(const ModelChoice& choice,
                                                     const catalog::Catalog& catalog,
                                                     std::vector<Problem>& problems);
std::optional<hardware::System> chosen_system(const SystemChoice& choice,
                                              const catalog::Catalog& catalog,
                                              std::vector<Problem>& problems);
std::optional<hardware::NumericFormat> chosen_format(const std::string& option,
                                                     const std::string& name,
                                                     std::vector<Problem>& problems);

std::optional<perf::ServingMode> chosen_mode(const std::string& option, const std::string& name,
                                             std::vector<Problem>& problems);

}  // namespace offtake::api
