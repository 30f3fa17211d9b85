#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <vector>

#include "offtake/stress/liability_network.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::stress {

/// With default costs or with rings of debt there can be several ways in which all payments agree;
/// they form a lattice. The greatest is what an orderly settlement reaches, the least what fear
/// does.
enum class Equilibrium { kGreatest, kLeast };

struct ClearingRules {
  double tolerance = 1e-12;  ///< Of the largest sum in the network: rounding ruins nobody.
  int rounds_max = 10'000;   ///< Each round is a sweep of payments or one linear solve.
};

/// What everyone pays when all payments agree with one another.
struct ClearingVector {
  std::vector<Dollars> paid;           ///< [party] on its own debts, to those outside too.
  std::vector<Dollars> paid_by_layer;  ///< [layer * parties + party]
  std::vector<Dollars> received;       ///< [party] from others: debt, equity and guarantees.
  std::vector<Dollars> equity;         ///< [party] assets less debts, before costs of default.
  std::vector<bool> defaulted;         ///< [party]
  std::vector<Dollars> called;         ///< [guarantee] paid by its guarantor.
};

/// The rounds were used up; with the default rules only guarantees and prices can do it.
struct NotSettled {
  int rounds = 0;
};

/// The part of a network that stays when cash changes: debts by debtor, so that thousands of cash
/// vectors can be cleared against one network.
///
/// With cash e_i, debts D_i in layers, received w_i and recovery rates (alpha, beta), party i pays
///   D_i                       if e_i + w_i >= D_i,
///   alpha e_i + beta w_i      otherwise, senior layers first and alike within a layer,
/// and its equity max(e_i + w_i - D_i, 0) belongs to its holders; w is what the others pay to i.
/// Sources: Eisenberg and Noe, "Systemic risk in financial systems", Management Science 47(2),
/// 2001; Rogers and Veraart, "Failure and rescue in an interbank network", Management Science
/// 59(4), 2013 (alpha, beta); Suzuki, "Valuing corporate debt: the effect of cross-holdings of
/// stock and debt", JORSJ 45(2), 2002, and Elsinger, "Financial networks, cross holdings, and
/// limited liability", OeNB working paper 156, 2009 (equity, seniority).
class ClearingSystem {
 public:
  /// `network` must have no faults.
  explicit ClearingSystem(const LiabilityNetwork& network);

  std::size_t parties() const { return parties_; }
  std::size_t layers() const { return layers_; }
  Dollars total_debt(std::size_t party) const;

  /// `cash` is not negative: what must be paid before any creditor is a debt of a senior layer.
  /// Exact but for rounding when there are no guarantees; those are settled to the tolerance.
  std::expected<ClearingVector, NotSettled> clear(std::span<const Dollars> cash,
                                                  Equilibrium equilibrium,
                                                  const ClearingRules& rules = {}) const;

 private:
  friend class ClearingPath;
  friend class GuaranteeRounds;

  /// The tolerance of `rules` in dollars, once `cash` is known to be one sum a party and none
  /// negative.
  double dollars_of_rounding(std::span<const Dollars> cash, const ClearingRules& rules) const;

  /// A share of what one party pays, for another.
  struct Claim {
    std::size_t creditor;
    std::size_t layer;
    double share;  ///< Of the debtor's layer.
  };

  std::size_t parties_;
  std::size_t layers_;
  std::vector<double> debt_above_;  ///< [party * (layers + 1) + k] sum of the layers before k.
  std::vector<std::vector<Claim>> claims_;        ///< [debtor]
  std::vector<std::vector<EquityLink>> holders_;  ///< [issuer]
  std::vector<RecoveryRates> recovery_;
  std::vector<Guarantee> guarantees_;
  std::vector<double> guaranteed_share_;  ///< [guarantee * layers + layer] of the debtor's layer.
};

}  // namespace offtake::stress
