#pragma once

#include <vector>

#include "offtake/report/table_section.hpp"
#include "offtake/study/buy_decision.hpp"

namespace offtake::findings {

/// Whether a plan holds: its cost and its rivals' in fresh worlds, with their regrets; what nearly
/// best plans hold; what more chips, cash or room under a limit would save. Parts without results
/// are left out.
std::vector<report::TableSection> robustness_tables(const study::BuyDecision& decision);

}  // namespace offtake::findings
