#pragma once

#include <string>

#include "offtake/base/parallel.hpp"
#include "offtake/book/book.hpp"
#include "offtake/plan/capacity_plan.hpp"
#include "offtake/study/buy_decision_case.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

/// A book with its case and plan.
struct PlannedBook {
  const book::Book* book = nullptr;
  const YieldTable* yields = nullptr;
  const BuyCase* buy_case = nullptr;
  const plan::CapacityPlan* plan = nullptr;
};

/// What a signed contract is worth: the risk-adjusted cost of the same book without it, all else
/// planned again on the same scenarios, less that with it, in the case's money; negative if the
/// buyer would be better off without it. Its bills, its chips and nothing else go: equity that came
/// with it stays.
plan::ValueOf contract_value(const PlannedBook& planned, const std::string& contract,
                             const BuyDecisionAssumptions& assumptions,
                             const plan::PlanQuestion& question);

}  // namespace offtake::study
