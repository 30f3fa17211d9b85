#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/stress/clearing.hpp"
#include "offtake/stress/party_books.hpp"

/// What the parties owe one another in a quarter.
namespace offtake::stress {

double PartyModel::due_now(const Books& books, const Due& due, int quarter) const {
  const bool sound = quarter < books.buyer.default_quarter ||
                     !problem_->parties[due.from].funding_stops_with_buyer;
  if (due.refinanced_while_sound && sound) return 0.0;
  return at_or_none(due.amounts, quarter).base_units();
}

/// Pays the quarter's dues, by clearing if anyone cannot pay in full from its own cash.
void PartyModel::settle(Books& books, int quarter) const {
  const StressProblem& problem = *problem_;
  const std::size_t count = problem.parties.size();
  PartyFlows& flows = books.flows(quarter);
  LiabilityNetwork network{.parties = count};
  std::vector<double> owed(count, 0.0);
  std::vector<double> in_full = books.cash;
  for (const Due& due : problem.dues) {
    const double amount = due_now(books, due, quarter);
    const bool creditor_alive = due.to && books.alive(*due.to, quarter);
    if (amount <= 0.0) continue;
    if (!books.alive(due.from, quarter)) {
      if (!creditor_alive) continue;
      const double recovered = due.recovery * amount;
      books.cash[*due.to] += recovered;
      in_full[*due.to] += recovered;
      flows.from_outside += recovered;
      continue;
    }
    const std::optional<std::size_t> creditor = creditor_alive ? due.to : std::nullopt;
    network.debts.push_back({due.from, creditor, due.layer + 1, Dollars::in_base_units(amount)});
    owed[due.from] += amount;
    in_full[due.from] -= amount;
    if (creditor) in_full[*creditor] += amount;
    if (!creditor) flows.to_outside += amount;
  }
  bool short_of_cash = false;
  for (std::size_t party = 0; party < count; ++party) {
    short_of_cash |= books.cash[party] < owed[party] && books.alive(party, quarter);
  }
  if (!short_of_cash) {
    books.cash = in_full;
    return;
  }
  for (const Debt& debt : network.debts) {
    if (!debt.creditor) flows.to_outside -= debt.amount.base_units();
  }
  std::vector<Dollars> cash(count);
  for (std::size_t party = 0; party < count; ++party) {
    network.recovery.push_back(problem.parties[party].default_costs);
    const double held = books.alive(party, quarter) ? books.cash[party] : 0.0;
    cash[party] = Dollars::in_base_units(std::max(held, 0.0));
    if (held >= 0.0) continue;
    // Costs beyond cash are paid before any creditor; what is not paid never leaves.
    network.debts.push_back({party, std::nullopt, 0, Dollars::in_base_units(-held)});
    flows.to_outside += held;
  }
  const ClearingSystem system(network);
  const auto greatest = system.clear(cash, Equilibrium::kGreatest);
  const auto least = system.clear(cash, Equilibrium::kLeast);
  expects(greatest.has_value() && least.has_value(), "a network without guarantees settles");
  double paid_inside = 0.0;
  double received = 0.0;
  for (std::size_t party = 0; party < count; ++party) {
    const double paid = greatest->paid[party].base_units();
    const double income = greatest->received[party].base_units();
    books.run.cleared += system.total_debt(party).base_units();
    books.run.gap += paid - least->paid[party].base_units();
    paid_inside += paid;
    received += income;
    if (!books.alive(party, quarter)) continue;
    if (!greatest->defaulted[party]) {
      books.cash[party] = std::max(greatest->equity[party].base_units(), 0.0);
      continue;
    }
    flows.burnt += cash[party].base_units() + income - paid;
    books.cash[party] = 0.0;
    books.gone_from[party] = quarter + 1;
    fail(books, party, quarter);
  }
  flows.to_outside += paid_inside - received;
  for (const Debt& debt : network.debts) {
    if (!debt.creditor || !greatest->defaulted[debt.debtor]) continue;
    const std::size_t slot = debt.layer * count + debt.debtor;
    double layer_sum = 0.0;
    for (const Debt& other : network.debts) {
      if (other.debtor == debt.debtor && other.layer == debt.layer) {
        layer_sum += other.amount.base_units();
      }
    }
    const double unpaid =
        debt.amount.base_units() * (1.0 - greatest->paid_by_layer[slot].base_units() / layer_sum);
    books.run.loss[*debt.creditor] += unpaid;
    books.run.loss_gross[*debt.creditor] += unpaid;
  }
}

}  // namespace offtake::stress
