#pragma once

#include <optional>

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/study/serve_cost.hpp"
#include "offtake/study/serving_load.hpp"

namespace offtake::study {

/// Requests of which so many must keep each limit at a knee: the limits are 99th percentiles.
inline constexpr double kKneeAttainment = 0.99;

/// What a deployment that was sized in closed form gives in a simulation.
struct VerifiedCapacity {
  LoadPoint knee;             ///< Requests a second of the deployment as its load.
  ChipTokenRate output_rate;  ///< Of a chip, at the knee.
  ChipTokenRate total_rate;   ///< The same with the input.
  Seconds ttft_p50;
  Seconds tpot_p50;
  int runs = 0;
};

/// Serves requests of the question's lengths, which come at random, with the deployment of
/// `answer`, at most its concurrency in work at a time, and finds the greatest rate at which 99% of
/// them keep the objective; without one, the most it serves in a closed loop of its concurrency.
/// Each run has 30 requests for each place, at least 3,000. Nothing where no rate keeps the
/// objective.
std::optional<VerifiedCapacity> verified_capacity(const model::ModelArchitecture& model,
                                                  const hardware::System& system,
                                                  const ServeQuestion& question,
                                                  const ServeAnswer& answer);

/// Puts the figures of the simulation in the place of the closed form's; the bands keep their
/// relative width, and prices go with the rates.
void replace_figures(ServeAnswer& answer, const VerifiedCapacity& verified);

}  // namespace offtake::study
