#include "offtake/stress/clearing.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"
#include "offtake/stress/clearing_path.hpp"
#include "offtake/stress/guarantee_rounds.hpp"

namespace offtake::stress {

ClearingSystem::ClearingSystem(const LiabilityNetwork& network)
    : parties_(network.parties),
      layers_(1),
      claims_(network.parties),
      holders_(network.parties),
      recovery_(network.recovery),
      guarantees_(network.guarantees) {
  expects(faults(network).empty(), "a network that is cleared has no faults");
  if (recovery_.empty()) recovery_.resize(parties_);
  for (const Debt& debt : network.debts) layers_ = std::max(layers_, debt.layer + 1);
  std::vector<double> owed(parties_ * layers_, 0.0);
  for (const Debt& debt : network.debts) {
    owed[debt.debtor * layers_ + debt.layer] += debt.amount.base_units();
  }
  debt_above_.assign(parties_ * (layers_ + 1), 0.0);
  for (std::size_t party = 0; party < parties_; ++party) {
    double* above = &debt_above_[party * (layers_ + 1)];
    for (std::size_t k = 0; k < layers_; ++k) above[k + 1] = above[k] + owed[party * layers_ + k];
  }
  const auto share_of_layer = [&](const Debt& debt) {
    return debt.amount.base_units() / owed[debt.debtor * layers_ + debt.layer];
  };
  for (const Debt& debt : network.debts) {
    if (!debt.creditor || debt.amount == Dollars{}) continue;
    claims_[debt.debtor].push_back({*debt.creditor, debt.layer, share_of_layer(debt)});
  }
  for (const EquityLink& link : network.equity_links) {
    if (link.share > 0.0) holders_[link.issuer].push_back(link);
  }
  guaranteed_share_.assign(guarantees_.size() * layers_, 0.0);
  for (std::size_t i = 0; i < guarantees_.size(); ++i) {
    for (const Claim& claim : claims_[guarantees_[i].debtor]) {
      if (claim.creditor != guarantees_[i].creditor) continue;
      guaranteed_share_[i * layers_ + claim.layer] += claim.share;
    }
  }
}

Dollars ClearingSystem::total_debt(std::size_t party) const {
  return Dollars::in_base_units(debt_above_[party * (layers_ + 1) + layers_]);
}

double ClearingSystem::dollars_of_rounding(std::span<const Dollars> cash,
                                           const ClearingRules& rules) const {
  expects(cash.size() == parties_, "clearing takes one sum of cash a party");
  double largest = 0.0;
  for (std::size_t party = 0; party < parties_; ++party) {
    expects(cash[party] >= Dollars{}, "cash that is cleared is not negative");
    largest = std::max({largest, cash[party].base_units(), total_debt(party).base_units()});
  }
  return rules.tolerance * largest;
}

std::expected<ClearingVector, NotSettled> ClearingSystem::clear(std::span<const Dollars> cash,
                                                                Equilibrium equilibrium,
                                                                const ClearingRules& rules) const {
  if (!guarantees_.empty()) return GuaranteeRounds(*this, cash, equilibrium, rules).settle();
  ClearingPath path(*this, cash, equilibrium, rules);
  if (!path.settle()) return std::unexpected(NotSettled{.rounds = rules.rounds_max});
  ClearingVector result;
  result.paid_by_layer.resize(layers_ * parties_);
  for (std::size_t party = 0; party < parties_; ++party) {
    Dollars paid;
    for (std::size_t layer = 0; layer < layers_; ++layer) {
      const Dollars part = Dollars::in_base_units(path.paid(party, layer));
      result.paid_by_layer[layer * parties_ + party] = part;
      paid += part;
    }
    result.paid.push_back(paid);
    result.received.push_back(Dollars::in_base_units(path.received()[party]));
    result.equity.push_back(cash[party] + result.received[party] - total_debt(party));
    result.defaulted.push_back(path.levels()[party] < layers_);
  }
  return result;
}

}  // namespace offtake::stress
