#pragma once

#include <span>
#include <vector>

#include "offtake/demand/revenue_timing.hpp"
#include "offtake/demand/workload.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::demand {

/// What the buyer earns in each month when one scenario holds and no volume wanders.
struct ScenarioRevenue {
  std::vector<std::vector<Dollars>> workloads;  ///< [workload][month]
  std::vector<Dollars> other;                   ///< [month]
};

/// Every line at its place on its base path (`place_on_base`), times `revenue_factor`, whose total
/// is that of the workloads. A month is taken at its middle.
ScenarioRevenue scenario_revenue(std::span<const Workload> workloads, const OtherRevenue& other,
                                 const RevenueScenario& scenario, int months);

}  // namespace offtake::demand
