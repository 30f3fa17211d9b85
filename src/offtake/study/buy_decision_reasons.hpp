#pragma once

#include <vector>

#include "offtake/study/buy_decision.hpp"

namespace offtake::study {

/// One row for every signed contract, offer, option, port and line of equity: what the plan does
/// with it, and the figure that decided. `values` are those of make_plan.
std::vector<Decision> decisions_of(const book::Book& book, const BuyCase& buy_case,
                                   const plan::CapacityPlan& plan);

}  // namespace offtake::study
