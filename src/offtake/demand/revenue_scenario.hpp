#pragma once

#include <span>

#include "offtake/demand/revenue_timing.hpp"

namespace offtake::demand {

/// The scenario whose stretch of the summed probabilities holds `level`, in (0, 1).
const RevenueScenario& scenario_at(std::span<const RevenueScenario> scenarios, double level);

/// The place on the base path, in years, where revenue stands `years` after the start: a late path
/// stands still at the start first, an early one begins ahead.
double place_on_base(const RevenueScenario& scenario, double years);

/// Factor on every line's base revenue at its place: level * grown^(growth_scale - 1), where
/// `grown` is the total of all lines there over the total at the start. So the total becomes level
/// * total(0) * grown^growth_scale, and each line keeps its share.
double revenue_factor(const RevenueScenario& scenario, double grown);

}  // namespace offtake::demand
