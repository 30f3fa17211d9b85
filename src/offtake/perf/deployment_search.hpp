#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/service_objective.hpp"
#include "offtake/perf/serving_assumptions.hpp"
#include "offtake/perf/serving_layout.hpp"
#include "offtake/perf/steady_state.hpp"

namespace offtake::perf {

/// What a search may choose from.
struct SearchSpace {
  std::vector<hardware::NumericFormat> weights;   ///< At least one.
  std::vector<hardware::NumericFormat> kv_cache;  ///< At least one.
  int chips_max = 64;                             ///< Of one replica.
  int pipeline_max = 8;
};

/// Eight bits for weights and cache where the chip multiplies them, else sixteen: what is served
/// without a loss of quality that needs a study of its own. Four bits are for the user to allow. Of
/// the eight-bit formats that the chip multiplies faster: weights scaled by blocks of 128 are
/// rounded once more to the power-of-two scales of microscaled products, as vLLM and SGLang do on
/// Blackwell.
SearchSpace default_search_space(const hardware::Chip& chip);

/// A layout at a concurrency.
struct Deployment {
  ServingLayout layout;
  SteadyState state;
  MemoryUse memory;

  ChipTokenRate output_rate_per_chip() const;
  ChipTokenRate total_rate_per_chip() const;
};

struct SearchResult {
  std::optional<Deployment>
      best;  ///< Most output tokens a second and chip that meets the objective.
  std::vector<Deployment> frontier;  ///< No other gives both more and a lower TPOT; TPOT ascends.
  std::string reason;                ///< Why there is no best; else empty.
  int evaluated = 0;                 ///< Layouts times concurrencies that were costed.
};

/// Tries every legal layout and a ladder of concurrencies up to what the cache holds.
SearchResult search_deployments(const model::ModelArchitecture& model,
                                const hardware::System& system, const RequestShape& request,
                                const ServiceObjective& objective, const SearchSpace& space,
                                const ServingAssumptions& assumptions = {});

}  // namespace offtake::perf
