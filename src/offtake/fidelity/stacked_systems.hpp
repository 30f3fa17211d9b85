#pragma once

#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "offtake/catalog/catalog.hpp"
#include "offtake/fidelity/serving_run.hpp"
#include "offtake/hardware/system.hpp"

namespace offtake::fidelity {

using ReadRun = std::expected<ServingRun, Unsupported>;

/// Systems by their id and the stack that serves them. Reading one takes longer than predicting
/// a run, and thousands of runs share a few dozen.
using StackedSystems = std::map<std::pair<std::string, std::string>, hardware::System>;

/// Those of all runs that could be read.
inline StackedSystems stacked_systems(const std::vector<ReadRun>& runs,
                                      const catalog::Catalog& catalog) {
  StackedSystems systems;
  for (const ReadRun& run : runs) {
    if (!run || systems.contains({run->system, run->stack})) continue;
    systems.emplace(std::pair(run->system, run->stack),
                    catalog.on_stack(**catalog.system(run->system), run->stack));
  }
  return systems;
}

}  // namespace offtake::fidelity
