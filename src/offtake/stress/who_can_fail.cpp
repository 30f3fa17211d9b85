#include "offtake/stress/who_can_fail.hpp"

#include <algorithm>

namespace offtake::stress {
namespace {

bool has_something_to_pay(const StressProblem& problem, std::size_t party) {
  return problem.parties[party].free_cash_flow < Dollars{} ||
         std::ranges::find(problem.commitments, party, &Commitment::supplier) !=
             problem.commitments.end() ||
         std::ranges::find(problem.dues, party, &Due::from) != problem.dues.end() ||
         std::ranges::find(problem.backstops, party, &Backstop::by) != problem.backstops.end() ||
         std::ranges::any_of(
             problem.equity, [&](const EquityLine& line) { return line.investor == party; });
}

/// Trouble goes on from a debtor to its creditors.
void spread(const StressProblem& problem, std::vector<CanFail>& parties, bool CanFail::* can) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const Due& due : problem.dues) {
      if (!due.to || !(parties[due.from].*can) || parties[*due.to].*can) continue;
      if (!has_something_to_pay(problem, *due.to)) continue;
      parties[*due.to].*can = changed = true;
    }
  }
}

}  // namespace

std::vector<CanFail> who_can_fail(const StressProblem& problem) {
  std::vector<CanFail> parties(problem.parties.size());
  for (std::size_t party = 0; party < parties.size(); ++party) {
    const StressParty& terms = problem.parties[party];
    const bool pays = has_something_to_pay(problem, party);
    CanFail& can = parties[party];
    can.while_buyer_pays = drawn_hazard(problem, party) > 0.0 || (terms.funding && pays);
    can.at_all = can.while_buyer_pays || (terms.funding_stops_with_buyer && pays);
  }
  spread(problem, parties, &CanFail::while_buyer_pays);
  spread(problem, parties, &CanFail::at_all);
  return parties;
}

}  // namespace offtake::stress
