#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "offtake/findings/replay_report.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::findings {

/// A figure of one fleet.
struct FleetFigure {
  std::string fleet;
  double value = 0;
};

using FigureWords = std::function<std::string(double)>;

/// The figure of every fleet that has one.
std::vector<FleetFigure> figures_of(
    const std::vector<ReplayedFleet>& fleets,
    const std::function<std::optional<double>(const ReplayedFleet&)>& figure);

/// "1.8 s", "1.8 s on A, 3.1 s on B"; of more than two the ends: "1.8 s on A to 9 s on C"; "1.8 s
/// on all" where they read alike. `fleets` is how many there are, with or without the figure.
std::string compared(const std::vector<FleetFigure>& figures, std::size_t fleets,
                     const FigureWords& words);

/// "91.3%"; "100%" and "0%" only where it is all and none.
std::string share_words(double share);

/// "TTFT 2 s, TPOT 40 ms", or "none".
std::string objective_words(const serve::ServiceObjective& objective);

/// Whether any class has an objective.
bool promises_any(const std::vector<serve::ServiceClass>& classes);

/// "second", "4 minutes", "2 hours".
std::string period_words(SimTime period);

}  // namespace offtake::findings
