#include <Eigen/Dense>
#include <algorithm>

#include "offtake/stress/clearing_path.hpp"

/// The linear algebra of a clearing path: where it starts and where it leads.
namespace offtake::stress {

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

}  // namespace offtake::stress
