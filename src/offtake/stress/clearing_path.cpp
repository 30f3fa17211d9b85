#include "offtake/stress/clearing_path.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::stress {

ClearingPath::ClearingPath(const ClearingSystem& system, std::span<const Dollars> cash,
                           Equilibrium equilibrium, const ClearingRules& rules)
    : system_(system), cash_(cash), equilibrium_(equilibrium), rules_(rules) {
  expects(cash.size() == system.parties(), "clearing takes one sum of cash a party");
  double largest = 0.0;
  for (std::size_t party = 0; party < cash.size(); ++party) {
    expects(cash[party] >= Dollars{}, "cash that is cleared is not negative");
    largest = std::max({largest, cash[party].base_units(), debt(party)});
  }
  tolerance_ = rules.tolerance * largest;
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

/// From above, the start is what the parties would receive if all debts were paid and equity were
/// worth all that its issuer has; from below, nothing.
void ClearingPath::start() {
  if (!from_above()) return;
  std::vector<double> in_full(received_.size(), 0.0);
  bool linked = false;
  for (std::size_t party = 0; party < levels_.size(); ++party) {
    for (const auto& claim : system_.claims_[party]) {
      in_full[claim.creditor] +=
          claim.share * (debt_above(party, claim.layer + 1) - debt_above(party, claim.layer));
    }
    linked |= !system_.holders_[party].empty();
  }
  received_ = in_full;
  if (!linked) return;
  const auto count = static_cast<Eigen::Index>(in_full.size());
  Eigen::MatrixXd keep = Eigen::MatrixXd::Identity(count, count);
  Eigen::VectorXd income = Eigen::VectorXd::Map(in_full.data(), count);
  for (std::size_t issuer = 0; issuer < in_full.size(); ++issuer) {
    for (const EquityLink& link : system_.holders_[issuer]) {
      const auto holder = static_cast<Eigen::Index>(link.holder);
      keep(holder, static_cast<Eigen::Index>(issuer)) -= link.share;
      income[holder] += link.share * cash_[issuer].base_units();
    }
  }
  Eigen::VectorXd::Map(received_.data(), count) = keep.partialPivLu().solve(income);
}

/// (I - A)^-1 gap, not negative. Where a ring pays all it receives to itself, I - A is singular and
/// the way leads on for ever: then A is shrunk a little, which keeps the walk on its side.
std::vector<double> ClearingPath::direction(const std::vector<double>& gap) const {
  constexpr double kShrink = 1e-6;
  struct Effect {
    std::size_t from, to;
    double slope;
  };
  std::vector<Effect> effects;
  std::vector<Eigen::Index> row_of(gap.size(), -1);
  std::vector<std::size_t> movers;
  const auto note = [&](std::size_t from, std::size_t to, double slope) {
    if (slope <= 0.0) return;
    effects.push_back({from, to, slope});
    if (row_of[from] < 0) {
      row_of[from] = static_cast<Eigen::Index>(movers.size());
      movers.push_back(from);
    }
  };
  for (std::size_t party = 0; party < gap.size(); ++party) {
    if (solvent(party)) {
      for (const EquityLink& link : system_.holders_[party]) note(party, link.holder, link.share);
      continue;
    }
    for (const auto& claim : system_.claims_[party]) {
      if (claim.layer != levels_[party]) continue;
      note(party, claim.creditor, claim.share * system_.recovery_[party].claims);
    }
  }
  if (movers.empty()) return gap;
  const auto count = static_cast<Eigen::Index>(movers.size());
  Eigen::MatrixXd slopes = Eigen::MatrixXd::Zero(count, count);
  Eigen::VectorXd of_movers(count);
  for (Eigen::Index row = 0; row < count; ++row)
    of_movers[row] = gap[movers[static_cast<std::size_t>(row)]];
  for (const Effect& effect : effects) {
    if (row_of[effect.to] >= 0) slopes(row_of[effect.to], row_of[effect.from]) += effect.slope;
  }
  const auto identity = Eigen::MatrixXd::Identity(count, count);
  Eigen::VectorXd moves = (identity - slopes).partialPivLu().solve(of_movers);
  if (!moves.allFinite() || moves.minCoeff() < -tolerance_ ||
      ((identity - slopes) * moves - of_movers).cwiseAbs().maxCoeff() > tolerance_) {
    moves = (identity - (1.0 - kShrink) * slopes).partialPivLu().solve(of_movers);
  }
  std::vector<double> result = gap;
  for (const Effect& effect : effects)
    result[effect.to] += effect.slope * moves[row_of[effect.from]];
  for (std::size_t i = 0; i < movers.size(); ++i) {
    result[movers[i]] = std::max(moves[static_cast<Eigen::Index>(i)], 0.0);
  }
  return result;
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
