#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/deployment.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/search_space.hpp"
#include "offtake/perf/service_objective.hpp"
#include "offtake/perf/serving_assumptions.hpp"

namespace offtake::perf {

struct SearchResult {
  std::optional<Deployment>
      best;  ///< Most output tokens a second and chip that meets the objective.
  std::vector<Deployment> frontier;  ///< No other gives both more and a lower TPOT; TPOT ascends.
  std::string reason;                ///< Why there is no best; else empty.
  int evaluated = 0;                 ///< Layouts times concurrencies that were costed.
};

/// Tries every legal layout and a ladder of concurrencies up to what the cache holds; and, where
/// the space allows two pools, all pairs of layouts with workers in numbers that match their rates.
SearchResult search_deployments(const model::ModelArchitecture& model,
                                const hardware::System& system, const RequestShape& request,
                                const ServiceObjective& objective, const SearchSpace& space,
                                const ServingAssumptions& assumptions = {});

}  // namespace offtake::perf
