#pragma once

#include <expected>

#include "offtake/base/parallel.hpp"
#include "offtake/study/serving_fleet.hpp"
#include "offtake/study/serving_load.hpp"

namespace offtake::study {

/// Layouts within so much of the best share of requests kept are taken as equal.
inline constexpr double kKeptAlike = 0.001;

/// The fleet of `question`, where the layout of a lone pool is left open: each layout that some
/// TPOT makes the best in closed form, and that which keeps the objective at the mean request,
/// serves `requests`, and the one is taken that keeps most of them within the limits of their
/// classes; of those that keep as many, that of the fewest chips, then of the lowest TTFT at the
/// 99th percentile. The mean request says little of long prompts and bursts, which this sees.
/// Other fleets, and those without limits, are made as serving_fleet() does.
std::expected<ServingFleet, FleetRefused> tried_fleet(const FleetQuestion& question,
                                                      const RequestsAtLoad& requests,
                                                      const serve::RunSettings& settings,
                                                      Parallelism parallelism);

}  // namespace offtake::study
