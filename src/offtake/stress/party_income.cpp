#include <algorithm>
#include <cmath>

#include "offtake/stress/party_books.hpp"

/// What the parties earn and raise, and what stands behind them.
namespace offtake::stress {

/// What a supplier gets in a quarter for the capacity of one commitment.
double PartyModel::income(const BuyerRun& buyer, std::size_t commitment, int quarter) const {
  if (quarter <= buyer.default_quarter) {
    return buyer.paid[commitment * static_cast<std::size_t>(problem_->quarters) +
                      static_cast<std::size_t>(quarter)];
  }
  const double bill = buyer_->billed(commitment, quarter);
  const double firm =
      std::min(buyer.kept[commitment], problem_->commitments[commitment].firm_share);
  const double rent = buyer_->resale_share();
  double recovered = problem_->recovery_contract * std::max(firm - rent, 0.0) * bill;
  if (quarter == buyer.default_quarter + 1) {
    recovered += problem_->recovery_contract * buyer.arrears[commitment];
  }
  return rent * bill + recovered;
}

/// Everything but what is cleared: the buyer's payments, own cash flow, funding, equity paid in.
void PartyModel::earn(Books& books, int quarter) const {
  const StressProblem& problem = *problem_;
  const std::size_t count = problem.parties.size();
  const auto now = static_cast<std::size_t>(quarter);
  PartyFlows& flows = books.flows(quarter);
  const bool buyer_pays = quarter <= books.buyer.default_quarter;
  std::vector<double> change(count, 0.0);
  for (std::size_t k = 0; k < problem.commitments.size(); ++k) {
    const std::size_t supplier = problem.commitments[k].supplier;
    const double got = income(books.buyer, k, quarter);
    const double cost = problem.settings.running_cost * buyer_->billed(k, quarter);
    (buyer_pays ? flows.from_buyer : flows.from_outside) += got;
    if (!books.alive(supplier, quarter)) {
      flows.to_outside += got;  // To its estate.
      continue;
    }
    change[supplier] += got - cost;
    flows.to_outside += cost;
  }
  if (problem.revenue_share_to) {
    const std::size_t party = *problem.revenue_share_to;
    const double share = books.buyer.share_paid[now];
    flows.from_buyer += share;
    if (books.alive(party, quarter)) {
      change[party] += share;
    } else {
      flows.to_outside += share;
    }
  }
  for (std::size_t line = 0; books.equity_taken && buyer_pays && line < problem.equity.size();
       ++line) {
    const auto investor = problem.equity[line].investor;
    if (!investor) continue;
    const double paid = books.world.equity[line * static_cast<std::size_t>(problem.quarters) + now];
    flows.to_buyer += paid;
    if (books.alive(*investor, quarter)) {
      change[*investor] -= paid;
    } else {
      flows.from_outside += paid;
    }
  }
  for (std::size_t party = 0; party < count; ++party) {
    if (!books.alive(party, quarter)) continue;
    const StressParty& terms = problem.parties[party];
    const double own = terms.free_cash_flow.base_units();
    change[party] += own;
    (own >= 0.0 ? flows.from_outside : flows.to_outside) += std::abs(own);
    if (quarter >= books.buyer.default_quarter && terms.funding_stops_with_buyer) continue;
    double funding = terms.funding.value_or(Dollars{}).base_units();
    if (!terms.funding) {
      funding = -change[party];
      for (const Due& due : problem.dues) {
        const double amount = due_now(books, due, quarter);
        if (due.from == party) funding += amount;
        if (due.to == party && books.alive(due.from, quarter)) funding -= amount;
      }
    }
    change[party] += funding;
    (funding >= 0.0 ? flows.from_outside : flows.to_outside) += std::abs(funding);
  }
  for (std::size_t party = 0; party < count; ++party) books.cash[party] += change[party];
}

void PartyModel::call_backstops(Books& books, int quarter) const {
  for (std::size_t i = 0; i < problem_->backstops.size(); ++i) {
    const Backstop& backstop = problem_->backstops[i];
    if (backstop.until && quarter > *backstop.until) continue;
    if (!books.alive(backstop.by, quarter) || !books.alive(backstop.of, quarter)) continue;
    double left = books.cash[backstop.of];
    double own = books.cash[backstop.by];
    for (const Due& due : problem_->dues) {
      const double amount = due_now(books, due, quarter);
      if (due.from == backstop.of) left -= amount;
      if (due.from == backstop.by) own -= amount;
    }
    const double paid = std::max(0.0, std::min({-left, own, books.backstop[i]}));
    books.backstop[i] -= paid;
    books.cash[backstop.by] -= paid;
    books.cash[backstop.of] += paid;
  }
}

}  // namespace offtake::stress
