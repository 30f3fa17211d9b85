#pragma once

#include <expected>
#include <span>
#include <vector>

#include "offtake/stress/clearing.hpp"

namespace offtake::stress {

/// Assets of one kind, such as chips or chip-hours, that parties short of cash must sell, and the
/// price that falls as they do: price * max(exp(-impact * sold), floor).
struct FireSale {
  std::vector<double> units;  ///< [party] what it holds, not negative.
  Dollars price;              ///< Of a unit when nothing is sold; positive.
  double impact = 0.0;        ///< A unit sold; not negative.
  double floor = 0.0;         ///< Of the price, in [0, 1].
};

struct FireSaleClearing {
  ClearingVector payments;
  Dollars price;             ///< Of a unit after the sales.
  std::vector<double> sold;  ///< [party] units.
};

/// Payments and price that agree: each party counts its units at the price as cash, and sells as
/// many as its debts need beyond cash and receipts. The price only falls (greatest equilibrium) or
/// only rises (least) from one round to the next.
/// Sources: Cifuentes, Ferrucci and Shin, "Liquidity risk and contagion", JEEA 3(2-3), 2005; Amini,
/// Filipović and Minca, "Uniqueness of equilibrium in a payment system with liquidation costs",
/// Operations Research Letters 44(1), 2016.
std::expected<FireSaleClearing, NotSettled> clear_with_sales(const ClearingSystem& system,
                                                             std::span<const Dollars> cash,
                                                             const FireSale& sale,
                                                             Equilibrium equilibrium,
                                                             const ClearingRules& rules = {});

}  // namespace offtake::stress
