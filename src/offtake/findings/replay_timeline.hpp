#pragma once

#include <optional>
#include <vector>

#include "offtake/findings/replay_report.hpp"

namespace offtake::findings {

/// Queue, batch, replicas and cache of each fleet over the time of the replay.
std::optional<report::OccupancyPicture> occupancy_picture(const std::vector<ReplayedFleet>& fleets);

/// The share of requests within their objective over time, and their arrivals.
std::optional<report::AttainmentPicture> attainment_picture(
    const ReplayContext& context, const std::vector<ReplayedFleet>& fleets);

}  // namespace offtake::findings
