#include "offtake/stress/contagion.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/stress/clearing.hpp"

namespace offtake::stress {

/// A run under way.
struct PartyModel::Books {
  const BuyerRun& buyer;
  const FundingDraw& world;
  bool equity_taken;
  PartyRun run;
  std::vector<double> cash;      ///< [party] below zero: costs not yet paid.
  std::vector<double> backstop;  ///< [backstop] left of its cap.

  std::vector<int> gone_from;  ///< [party] first quarter in which it takes no part.

  bool alive(std::size_t party, int quarter) const { return quarter < gone_from[party]; }
  PartyFlows& flows(int quarter) { return run.flows[static_cast<std::size_t>(quarter)]; }
};

PartyModel::PartyModel(const BuyerModel& buyer) : buyer_(&buyer), problem_(&buyer.problem()) {
  const auto quarters = static_cast<std::size_t>(problem_->quarters);
  remaining_.assign(problem_->commitments.size() * quarters, 0.0);
  for (std::size_t k = 0; k < problem_->commitments.size(); ++k) {
    double sum = 0.0;
    const int end = static_cast<int>(problem_->commitments[k].bills.size());
    for (int quarter = std::max(end, problem_->quarters - 1); quarter >= 0; --quarter) {
      if (quarter < problem_->quarters) {
        remaining_[k * quarters + static_cast<std::size_t>(quarter)] = sum;
      }
      sum += buyer.billed(k, quarter);
    }
  }
  for (const Due& due : problem_->dues) layers_ = std::max(layers_, due.layer + 1);
}

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

/// Claims less payments: (1 - recovery) of the firm bills to come, before or after re-letting, and
/// of what was due. A cut agreed on earlier is a loss too.
void PartyModel::take_losses_of_buyer(Books& books) const {
  const BuyerRun& buyer = books.buyer;
  const auto quarters = static_cast<std::size_t>(problem_->quarters);
  const double lost = 1.0 - problem_->recovery_contract;
  for (std::size_t k = 0; k < problem_->commitments.size(); ++k) {
    const Commitment& terms = problem_->commitments[k];
    double net = 0.0;
    double gross = 0.0;
    if (buyer.renegotiated_in && buyer.late[k]) {
      const double cut = buyer.kept[k] * buyer_->haircut() / (1.0 - buyer_->haircut());
      double released = 0.0;
      const int end = std::min(buyer.default_quarter, problem_->quarters - 1);
      const std::size_t from = k * quarters + static_cast<std::size_t>(*buyer.renegotiated_in);
      const std::size_t to = k * quarters + static_cast<std::size_t>(end);
      released = remaining_[from] + buyer_->billed(k, *buyer.renegotiated_in);
      if (buyer.failed()) released -= remaining_[to];
      net += cut * released;
      gross += cut * released;
    }
    if (buyer.failed()) {
      const double to_come =
          remaining_[k * quarters + static_cast<std::size_t>(buyer.default_quarter)];
      const double firm = std::min(buyer.kept[k], terms.firm_share);
      net += lost * (buyer.arrears[k] + std::max(firm - buyer_->resale_share(), 0.0) * to_come);
      gross += lost * (buyer.arrears[k] + firm * to_come);
    }
    books.run.contract_loss[k] = net;
    books.run.loss[terms.supplier] += net;
    books.run.loss_gross[terms.supplier] += gross;
  }
  if (!buyer.failed()) return;
  for (const Stake& stake : problem_->stakes) {
    books.run.stake_loss[stake.holder] += stake.share * problem_->equity_value.base_units();
  }
}

double PartyModel::due_now(const Books& books, const Due& due, int quarter) const {
  const bool sound = quarter < books.buyer.default_quarter ||
                     !problem_->parties[due.from].funding_stops_with_buyer;
  if (due.refinanced_while_sound && sound) return 0.0;
  return at_or_none(due.amounts, quarter).base_units();
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

/// The party has failed: who is owed later payments loses what its estate does not cover.
void PartyModel::fail(Books& books, std::size_t party, int quarter) const {
  books.run.default_quarter[party] = quarter;
  for (const Due& due : problem_->dues) {
    if (due.from != party || !due.to) continue;
    double later = 0.0;
    for (int when = books.gone_from[party]; when < static_cast<int>(due.amounts.size()); ++when) {
      later += at_or_none(due.amounts, when).base_units();
    }
    const double lost = (1.0 - due.recovery) * later;
    books.run.loss[*due.to] += lost;
    books.run.loss_gross[*due.to] += lost;
  }
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

PartyRun PartyModel::run(const BuyerRun& buyer, const FundingDraw& world, bool equity_taken) const {
  const StressProblem& problem = *problem_;
  const std::size_t count = problem.parties.size();
  Books books{.buyer = buyer, .world = world, .equity_taken = equity_taken};
  books.run = {.default_quarter = std::vector<int>(count, problem.quarters),
               .loss = std::vector<double>(count, 0.0),
               .loss_gross = std::vector<double>(count, 0.0),
               .stake_loss = std::vector<double>(count, 0.0),
               .contract_loss = std::vector<double>(problem.commitments.size(), 0.0),
               .flows = std::vector<PartyFlows>(static_cast<std::size_t>(problem.quarters))};
  books.gone_from.assign(count, problem.quarters + 1);
  for (const StressParty& party : problem.parties) {
    books.cash.push_back(party.liquidity.base_units());
  }
  for (const Backstop& backstop : problem.backstops) {
    books.backstop.push_back(backstop.cap.base_units());
  }
  take_losses_of_buyer(books);
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    PartyFlows& flows = books.flows(quarter);
    for (const double cash : books.cash) flows.cash_before += cash;
    for (std::size_t party = 0; party < count; ++party) {
      if (world.fails_in[party] != quarter || !books.alive(party, quarter)) continue;
      flows.to_outside += books.cash[party];
      books.cash[party] = 0.0;
      books.gone_from[party] = quarter;
      fail(books, party, quarter);
    }
    earn(books, quarter);
    call_backstops(books, quarter);
    settle(books, quarter);
    for (const double cash : books.cash) flows.cash_after += cash;
  }
  return std::move(books.run);
}

}  // namespace offtake::stress
