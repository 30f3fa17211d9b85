#pragma once

#include <expected>
#include <span>
#include <vector>

#include "offtake/stress/clearing.hpp"

namespace offtake::stress {

/// Clears a network with guarantees by rounds from one side. A call rises as the debtor's payment
/// falls, but debtor and guarantor together never pay the creditor more when the debtor pays less,
/// so what every party pays on its debts and receives in all still moves one way, and the rounds
/// tend to the greatest equilibrium from above and the least from below.
///
/// Guarantor g with calls C_g and debts D_g pays its calls in full if e_g + w_g >= D_g + C_g; else,
/// after costs of default, what its debts leave, calls sharing alike.
class GuaranteeRounds {
 public:
  GuaranteeRounds(const ClearingSystem& system, std::span<const Dollars> cash,
                  Equilibrium equilibrium, const ClearingRules& rules);

  std::expected<ClearingVector, NotSettled> settle();

 private:
  struct State {
    std::vector<double> paid;      ///< [party * layers + layer]
    std::vector<double> received;  ///< [party]
    std::vector<double> called;    ///< [guarantee] what its guarantor pays.
    std::vector<bool> solvent;     ///< [party]
  };
  State start() const;
  State round(const State& state) const;
  std::vector<double> calls_due(const State& state) const;
  double owed(std::size_t party, std::size_t layer) const;

  const ClearingSystem& system_;
  std::span<const Dollars> cash_;
  Equilibrium equilibrium_;
  ClearingRules rules_;
  double tolerance_;  ///< In dollars.
};

}  // namespace offtake::stress
