#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "offtake/fleet/fleet_file.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/service_objective.hpp"
#include "offtake/perf/serving_layout.hpp"
#include "offtake/serve/fleet.hpp"
#include "offtake/study/replica_figures.hpp"

namespace offtake::study {

/// Requests in work at a time on an attention rank, where the user does not say: what vLLM takes
/// unless told otherwise. An estimate for other stacks.
inline constexpr int kSequencesOfRank = 256;
/// Tokens of a cache block where the user names none, as vLLM has it.
inline constexpr int kBlockTokens = 16;
/// From a chip to its host's memory and back, for swapped caches: PCIe 5.0 x16, a little under its
/// rate of 63 GB/s. An estimate.
inline constexpr Bandwidth kHostBandwidth = Bandwidth::in_base_units(50e9);

/// What is known of a pool before its figures: its system and what a chip of it costs.
struct PoolSystem {
  hardware::System system;
  std::optional<ChipPrice> price;
};

struct FleetQuestion {
  fleet::FleetFile terms;
  model::ModelArchitecture model;
  std::vector<PoolSystem> systems;   ///< Of each pool of `terms`.
  perf::RequestShape typical;        ///< The mean request: what layouts are searched for.
  perf::ServiceObjective objective;  ///< Of the search for layouts.
  int prefix_block_tokens = 0;       ///< Of the names in requests; zero where there are none.
  /// Step times instead of the model's, for every pool.
  std::shared_ptr<const serve::StepTimer> timer;
};

/// One pool as it was made ready.
struct PoolChoice {
  std::string name;
  std::string system;
  std::string stack;
  perf::ServingLayout layout;
  bool layout_searched = false;
  int sequences_max = 0;
  ReplicaFigures figures;
  std::optional<ChipPrice> price;
};

/// "2 x (tp 4), fp8 weights, fp8 cache, 256 sequences".
std::string describe(const PoolChoice& pool, int replicas);

/// A fleet that can be simulated. It holds the step times that `fleet` points to.
struct ServingFleet {
  std::string name;
  serve::Fleet fleet;
  std::vector<PoolChoice> choices;  ///< Of each pool.
  std::vector<std::shared_ptr<const serve::StepTimer>> timers;

  int chips() const;  ///< Of the replicas at the start.
};

/// Why a fleet cannot serve the model at all.
struct FleetRefused {
  std::string reason;
};

/// Makes a fleet of its user's terms. A pool without a layout gets the one with most output tokens
/// a chip that keeps `objective` at the typical request, or, where none keeps it, the one with the
/// shortest time per token; prefill and decode pools too are given the layout of a replica that
/// does both. Refused where nothing fits; wrong terms are thrown as InputError.
std::expected<ServingFleet, FleetRefused> serving_fleet(const FleetQuestion& question);

/// A layout as a user states it.
fleet::LayoutTerms terms_of(const perf::ServingLayout& layout);

/// Layouts for the first pool that are the best in closed form at some TPOT, and the one that keeps
/// the objective with most output tokens a chip; each once. None when nothing fits.
std::vector<perf::ServingLayout> layouts_worth_trying(const FleetQuestion& question);

}  // namespace offtake::study
