#include "offtake/study/buy_decision_case.hpp"

#include "offtake/study/buy_decision_draft.hpp"
#include "offtake/study/buy_decision_steps.hpp"

namespace offtake::study {

BuyCase buy_case(const book::Book& book, const YieldTable& yields, int scenarios,
                 const BuyDecisionAssumptions& assumptions) {
  CaseDraft draft(book, yields, scenarios, assumptions);
  add_demand(draft);
  add_ports(draft);
  add_signed(draft);
  add_rentals(draft);
  add_equity(draft);
  add_offers(draft);
  add_options_held(draft);
  close_pools(draft);
  add_limits(draft);
  add_cash(draft);
  return std::move(draft.result);
}

}  // namespace offtake::study
