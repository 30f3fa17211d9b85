#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "offtake/demand/demand_process.hpp"
#include "offtake/demand/planning_grid.hpp"
#include "offtake/demand/workload.hpp"

namespace offtake::demand {

/// How one scenario wanders, month by month from the start: factors on base paths, at the middle of
/// each month. Drawn by month whatever the planning grid, so that two grids see the same world.
struct DemandPath {
  std::vector<std::vector<double>> volume;  ///< [workload][month]
  std::vector<double> market_price;         ///< [month] Of compute; a random walk.
  std::vector<double> common;  ///< [month] Standard normal shocks that all workloads share.
};

/// Draws scenario `scenario`. Logs follow DemandProcess by its exact steps from zero at the start,
/// so the median stays on the base path; there is no correction that would lift the mean to it.
/// A workload's draws depend on its name, the seed and the scenario alone.
DemandPath draw_demand_path(std::span<const Workload> workloads, const DemandProcess& process,
                            int months, std::uint64_t seed, std::uint64_t scenario);

/// Standard deviation of a log factor after `years` for volatility 1: sqrt((1 - exp(-2 k t)) / 2k)
/// with k the mean reversion, sqrt(t) without it.
double log_deviation(const DemandProcess& process, double years);

/// A standard normal shock for each whole quarter of months: their sum over the square root of
/// three.
std::vector<double> shocks_by_quarter(std::span<const double> by_month);

/// Means over the periods of a grid of values by month; there is one for each month of the grid.
std::vector<double> means_by_period(const PlanningGrid& grid, std::span<const double> by_month);

}  // namespace offtake::demand
