#include "offtake/stress/guarantee_rounds.hpp"

#include <algorithm>
#include <cmath>

namespace offtake::stress {

GuaranteeRounds::GuaranteeRounds(const ClearingSystem& system, std::span<const Dollars> cash,
                                 Equilibrium equilibrium, const ClearingRules& rules)
    : system_(system),
      cash_(cash),
      equilibrium_(equilibrium),
      rules_(rules),
      tolerance_(system.dollars_of_rounding(cash, rules)) {}

double GuaranteeRounds::owed(std::size_t party, std::size_t layer) const {
  const double* above = &system_.debt_above_[party * (system_.layers_ + 1)];
  return above[layer + 1] - above[layer];
}

/// From above all debts are paid and equity is worth as much as its issuer could ever have: the
/// same network without its guarantees, with each guarantor's cap as cash of the creditor.
GuaranteeRounds::State GuaranteeRounds::start() const {
  const std::size_t parties = system_.parties_;
  State state{.paid = std::vector<double>(parties * system_.layers_, 0.0),
              .received = std::vector<double>(parties, 0.0),
              .called = std::vector<double>(system_.guarantees_.size(), 0.0),
              .solvent = std::vector<bool>(parties, false)};
  if (equilibrium_ == Equilibrium::kLeast) return state;
  double everything = 0.0;
  for (const Dollars cash : cash_) everything += cash.base_units();
  for (std::size_t party = 0; party < parties; ++party) {
    state.solvent[party] = true;
    for (std::size_t layer = 0; layer < system_.layers_; ++layer) {
      state.paid[party * system_.layers_ + layer] = owed(party, layer);
    }
    for (const auto& claim : system_.claims_[party]) {
      state.received[claim.creditor] += claim.share * owed(party, claim.layer);
    }
  }
  // Equity held inside is worth at most all cash there is, through any chain of holdings.
  double held = 0.0;
  for (const auto& links : system_.holders_) {
    double share = 0.0;
    for (const EquityLink& link : links) share += link.share;
    held = std::max(held, share);
  }
  if (held > 0.0) {
    double owed_inside = 0.0;
    for (const double sum : state.received) owed_inside += sum;
    for (double& sum : state.received) sum += (everything + owed_inside) * held / (1.0 - held);
  }
  return state;
}

/// What each guarantor is asked for: what the debtor leaves unpaid of the guaranteed debts.
std::vector<double> GuaranteeRounds::calls_due(const State& state) const {
  std::vector<double> due(system_.guarantees_.size(), 0.0);
  for (std::size_t i = 0; i < due.size(); ++i) {
    const Guarantee& guarantee = system_.guarantees_[i];
    double unpaid = 0.0;
    for (std::size_t layer = 0; layer < system_.layers_; ++layer) {
      unpaid +=
          system_.guaranteed_share_[i * system_.layers_ + layer] *
          (owed(guarantee.debtor, layer) - state.paid[guarantee.debtor * system_.layers_ + layer]);
    }
    // Several guarantees of one claim are called in the order in which they are listed.
    for (std::size_t before = 0; before < i; ++before) {
      const Guarantee& other = system_.guarantees_[before];
      if (other.debtor == guarantee.debtor && other.creditor == guarantee.creditor) {
        unpaid -= due[before];
      }
    }
    due[i] = std::clamp(unpaid, 0.0, guarantee.cap.base_units());
  }
  return due;
}

GuaranteeRounds::State GuaranteeRounds::round(const State& state) const {
  const std::size_t layers = system_.layers_;
  const std::vector<double> due = calls_due(state);
  std::vector<double> due_of(system_.parties_, 0.0);
  for (std::size_t i = 0; i < due.size(); ++i) due_of[system_.guarantees_[i].guarantor] += due[i];
  State next{.paid = std::vector<double>(state.paid.size()),
             .received = std::vector<double>(system_.parties_, 0.0),
             .called = due,
             .solvent = std::vector<bool>(system_.parties_)};
  for (std::size_t party = 0; party < system_.parties_; ++party) {
    const double cash = cash_[party].base_units();
    const double debt = system_.total_debt(party).base_units();
    const RecoveryRates& rates = system_.recovery_[party];
    next.solvent[party] = cash + state.received[party] >= debt + due_of[party] - tolerance_;
    double left = next.solvent[party] ? debt + due_of[party]
                                      : rates.assets * cash + rates.claims * state.received[party];
    for (std::size_t layer = 0; layer < layers; ++layer) {
      const double paid = std::clamp(left, 0.0, owed(party, layer));
      next.paid[party * layers + layer] = paid;
      left -= paid;
    }
    const double share = due_of[party] > 0.0 ? std::clamp(left / due_of[party], 0.0, 1.0) : 0.0;
    for (std::size_t i = 0; i < due.size(); ++i) {
      if (system_.guarantees_[i].guarantor == party) next.called[i] = share * due[i];
    }
    if (!next.solvent[party]) continue;
    const double equity = std::max(cash + state.received[party] - debt - due_of[party], 0.0);
    for (const EquityLink& link : system_.holders_[party]) {
      next.received[link.holder] += link.share * equity;
    }
  }
  // The debtor's payment and the call on it are both of the last round, so that together they never
  // exceed the claim.
  for (std::size_t party = 0; party < system_.parties_; ++party) {
    for (const auto& claim : system_.claims_[party]) {
      next.received[claim.creditor] += claim.share * state.paid[party * layers + claim.layer];
    }
  }
  for (std::size_t i = 0; i < due.size(); ++i) {
    next.received[system_.guarantees_[i].creditor] += next.called[i];
  }
  return next;
}

std::expected<ClearingVector, NotSettled> GuaranteeRounds::settle() {
  State state = start();
  for (int rounds = 0; rounds < rules_.rounds_max; ++rounds) {
    State next = round(state);
    double change = 0.0;
    for (std::size_t i = 0; i < next.paid.size(); ++i) {
      change = std::max(change, std::abs(next.paid[i] - state.paid[i]));
    }
    for (std::size_t i = 0; i < next.received.size(); ++i) {
      change = std::max(change, std::abs(next.received[i] - state.received[i]));
    }
    state = std::move(next);
    if (change > tolerance_) continue;
    ClearingVector result;
    result.paid_by_layer.resize(state.paid.size());
    for (std::size_t party = 0; party < system_.parties_; ++party) {
      Dollars paid;
      for (std::size_t layer = 0; layer < system_.layers_; ++layer) {
        const auto part = Dollars::in_base_units(state.paid[party * system_.layers_ + layer]);
        result.paid_by_layer[layer * system_.parties_ + party] = part;
        paid += part;
      }
      result.paid.push_back(paid);
      result.received.push_back(Dollars::in_base_units(state.received[party]));
      result.equity.push_back(cash_[party] + result.received[party] - system_.total_debt(party));
    }
    result.defaulted = state.solvent;
    result.defaulted.flip();
    const std::vector<double> due = calls_due(state);
    for (std::size_t i = 0; i < due.size(); ++i) {
      result.called.push_back(Dollars::in_base_units(state.called[i]));
      result.equity[system_.guarantees_[i].guarantor] -= Dollars::in_base_units(due[i]);
    }
    return result;
  }
  return std::unexpected(NotSettled{.rounds = rules_.rounds_max});
}

}  // namespace offtake::stress
