#include "offtake/stress/clearing_path.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::stress {

ClearingPath::ClearingPath(const ClearingSystem& system, std::span<const Dollars> cash,
                           Equilibrium equilibrium, const ClearingRules& rules)
    : system_(system),
      cash_(cash),
      equilibrium_(equilibrium),
      rules_(rules),
      tolerance_(system.dollars_of_rounding(cash, rules)) {
  received_.assign(system.parties(), 0.0);
  levels_.assign(system.parties(), from_above() ? system.layers() : 0);
}

double ClearingPath::available(std::size_t party) const {
  const double cash = cash_[party].base_units();
  if (solvent(party)) return cash + received_[party];
  const RecoveryRates& rates = system_.recovery_[party];
  return rates.assets * cash + rates.claims * received_[party];
}

double ClearingPath::paid(std::size_t party, std::size_t layer) const {
  const double owed = debt_above(party, layer + 1) - debt_above(party, layer);
  if (solvent(party)) return owed;
  return std::clamp(available(party) - debt_above(party, layer), 0.0, owed);
}

std::vector<double> ClearingPath::payments() const {
  std::vector<double> to(received_.size(), 0.0);
  for (std::size_t party = 0; party < to.size(); ++party) {
    for (const auto& claim : system_.claims_[party]) {
      to[claim.creditor] += claim.share * paid(party, claim.layer);
    }
    if (!solvent(party)) continue;
    const double equity = std::max(available(party) - debt(party), 0.0);
    for (const EquityLink& link : system_.holders_[party]) to[link.holder] += link.share * equity;
  }
  return to;
}

/// A failing party's level: from above, a layer that is just met counts as paid in part, from below
/// as paid in full, since that is the piece ahead.
std::size_t ClearingPath::level_in_default(std::size_t party) const {
  const double cash = cash_[party].base_units();
  const RecoveryRates& rates = system_.recovery_[party];
  const double left = rates.assets * cash + rates.claims * received_[party];
  std::size_t level = 0;
  for (std::size_t layer = 1; layer < system_.layers_; ++layer) {
    const double above = debt_above(party, layer);
    if (from_above() ? above < left : above <= left) level = layer;
  }
  return level;
}

std::size_t ClearingPath::level_of(std::size_t party) const {
  const double cash = cash_[party].base_units();
  if (cash + received_[party] >= debt(party) - tolerance_) return system_.layers_;
  return level_in_default(party);
}

bool ClearingPath::classify() {
  bool changed = false;
  for (std::size_t party = 0; party < levels_.size(); ++party) {
    const std::size_t level = level_of(party);
    changed |= level != levels_[party];
    levels_[party] = level;
  }
  return changed;
}

/// How much of `move` brings the party to the end of its level; above 1 if it stays there.
double ClearingPath::fraction_to_next_level(std::size_t party, double move) const {
  constexpr double kStays = 2.0;
  if (move <= 0.0) return kStays;
  const double cash = cash_[party].base_units();
  const double received = received_[party];
  const RecoveryRates& rates = system_.recovery_[party];
  const std::size_t level = levels_[party];
  if (from_above()) {
    if (!solvent(party) && (level == 0 || rates.claims == 0.0)) return kStays;
    const double end = solvent(party)
                           ? debt(party) - cash
                           : (debt_above(party, level) - rates.assets * cash) / rates.claims;
    if (received - move >= end - tolerance_) return kStays;
    return std::clamp((received - end) / move, 0.0, 1.0);
  }
  if (solvent(party)) return kStays;
  double fraction = kStays;
  const double saved = debt(party) - cash;
  if (received + move >= saved - tolerance_) fraction = (saved - received) / move;
  if (level + 1 < system_.layers_ && rates.claims > 0.0) {
    const double end = (debt_above(party, level + 1) - rates.assets * cash) / rates.claims;
    if (received + move > end + tolerance_) fraction = std::min(fraction, (end - received) / move);
  }
  return fraction == kStays ? kStays : std::clamp(fraction, 0.0, 1.0);
}

/// The party stands at the end of its level and moves on.
void ClearingPath::change_level(std::size_t party) {
  std::size_t& level = levels_[party];
  if (from_above()) {
    level = solvent(party) ? level_in_default(party) : level - 1;
    return;
  }
  const bool saved = cash_[party].base_units() + received_[party] >= debt(party) - tolerance_;
  level = saved ? system_.layers_ : level + 1;
}

bool ClearingPath::settle() {
  start();
  int rounds = 0;
  while (classify() && rounds++ < rules_.rounds_max) received_ = payments();
  const double sign = from_above() ? 1.0 : -1.0;
  while (rounds++ < rules_.rounds_max) {
    std::vector<double> gap = payments();
    double widest = 0.0;
    for (std::size_t party = 0; party < gap.size(); ++party) {
      gap[party] = std::max(sign * (received_[party] - gap[party]), 0.0);
      widest = std::max(widest, gap[party]);
    }
    if (widest == 0.0) return true;
    const std::vector<double> move = direction(gap);
    std::vector<double> fraction(move.size());
    double step = 1.0;
    for (std::size_t party = 0; party < move.size(); ++party) {
      fraction[party] = fraction_to_next_level(party, move[party]);
      step = std::min(step, fraction[party]);
    }
    bool crossed = false;
    for (std::size_t party = 0; party < move.size(); ++party) {
      received_[party] -= sign * step * move[party];
    }
    for (std::size_t party = 0; party < move.size(); ++party) {
      if (fraction[party] > step) continue;
      change_level(party);
      crossed = true;
    }
    if (!crossed && widest <= tolerance_) return true;
  }
  return false;
}

}  // namespace offtake::stress
