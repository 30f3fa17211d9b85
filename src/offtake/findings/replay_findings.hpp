#pragma once

#include "offtake/findings/replay_report.hpp"

namespace offtake::findings {

/// The figures of one fleet, by the formulas of serve::RunOutcome; per chip by the mean of those
/// rented.
report::FleetFigures fleet_figures(const ReplayContext& context, const ReplayedFleet& fleet);

/// All tables and pictures of a replay.
report::ReplaySection replay_section(const ReplayContext& context,
                                     const std::vector<ReplayedFleet>& fleets);

}  // namespace offtake::findings
