#include "offtake/study/contract_value.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/lp/highs_solver.hpp"

namespace offtake::study {

plan::ValueOf contract_value(const PlannedBook& planned, const std::string& contract,
                             const BuyDecisionAssumptions& assumptions,
                             const plan::PlanQuestion& question) {
  book::Book without = *planned.book;
  const auto gone = std::erase_if(
      without.contracts, [&](const contract::Contract& one) { return one.name == contract; });
  expects(gone == 1, "the book holds the contract once");
  const plan::PlanProblem problem =
      buy_case(without, *planned.yields, static_cast<int>(planned.buy_case->paths.size()),
               assumptions)
          .problem;
  const plan::CapacityPlan plan = plan::make_plan(problem,
                                                  {.risk = question.risk,
                                                   .gap = question.gap,
                                                   .measure_information = false,
                                                   .start = question.start,
                                                   .parallelism = question.parallelism},
                                                  lp::HighsSolver());
  // Units follow from the work alone, so both problems count in the same.
  expects(problem.scale == planned.buy_case->problem.scale, "both plans count in the same units");
  plan::ValueOf value{.name = contract,
                      .low = plan.bound - planned.plan->objective,
                      .high = plan.objective - planned.plan->bound};
  value.resolved = plan.status == lp::Status::kOptimal && plan::is_resolved(value);
  return value;
}

}  // namespace offtake::study
