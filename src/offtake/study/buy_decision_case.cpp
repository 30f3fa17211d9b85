#include "offtake/study/buy_decision_case.hpp"

#include <utility>

#include "offtake/study/buy_decision_draft.hpp"
#include "offtake/study/buy_decision_steps.hpp"

namespace offtake::study {

BuyCase buy_case(const book::Book& book, const YieldTable& yields, std::vector<World> worlds,
                 const BuyDecisionAssumptions& assumptions) {
  CaseDraft draft(book, yields, std::move(worlds), assumptions);
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

BuyCase fresh_case(const book::Book& book, const YieldTable& yields, std::vector<World> known,
                   const std::vector<World>& fresh, const BuyDecisionAssumptions& assumptions) {
  const auto first = static_cast<std::ptrdiff_t>(known.size());
  for (const World& world : fresh) {
    known.push_back(world);
    known.back().probability = 0.0;
  }
  BuyCase both = buy_case(book, yields, std::move(known), assumptions);
  both.paths.erase(both.paths.begin(), both.paths.begin() + first);
  auto& scenarios = both.problem.scenarios;
  scenarios.erase(scenarios.begin(), scenarios.begin() + first);
  for (plan::Scenario& scenario : scenarios) {
    scenario.probability = 1.0 / static_cast<double>(scenarios.size());
  }
  return both;
}

BuyCase buy_case(const book::Book& book, const YieldTable& yields, int scenarios,
                 const BuyDecisionAssumptions& assumptions) {
  return buy_case(book, yields, draw_worlds(book, scenarios), assumptions);
}

}  // namespace offtake::study
