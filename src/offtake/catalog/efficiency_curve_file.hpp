#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "offtake/hardware/efficiency_curve.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// Whether the steps make an EfficiencyCurve.
inline bool is_curve(const std::vector<hardware::EfficiencyCurve::Step>& steps) {
  if (steps.empty() || steps.front().size_min != 0.0) return false;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].fraction <= 0.0 || steps[i].fraction > 1.0) return false;
    if (i > 0 && steps[i].size_min <= steps[i - 1].size_min) return false;
  }
  return true;
}

/// Reads a list of `{from: 128 GFLOP, fraction: 95%}`, sizes in units of `Q`. Nothing, and a
/// problem, where the steps make no curve.
template <class Q>
std::optional<hardware::EfficiencyCurve> read_efficiency_curve(const yaml::Value& list,
                                                               std::string_view example) {
  std::vector<hardware::EfficiencyCurve::Step> steps;
  for (const yaml::Value& item : list.list()) {
    const yaml::ObjectReader step = item.object();
    steps.push_back({step.quantity<Q>("/from", example).base_units(), step.number("/fraction")});
  }
  if (!is_curve(steps)) {
    list.reject("steps that ascend from zero, with fractions above 0% and up to 100%");
    return std::nullopt;
  }
  return hardware::EfficiencyCurve(std::move(steps));
}

}  // namespace offtake::catalog
