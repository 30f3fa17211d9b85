#include "offtake/stress/fire_sale.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::stress {
namespace {

Dollars price_after(const FireSale& sale, double sold) {
  return sale.price * std::max(std::exp(-sale.impact * sold), sale.floor);
}

}  // namespace

std::expected<FireSaleClearing, NotSettled> clear_with_sales(const ClearingSystem& system,
                                                             std::span<const Dollars> cash,
                                                             const FireSale& sale,
                                                             Equilibrium equilibrium,
                                                             const ClearingRules& rules) {
  expects(sale.units.size() == system.parties(), "a fire sale takes the units of each party");
  expects(sale.price > Dollars{} && sale.impact >= 0.0, "a price that falls from above zero");
  double all_units = 0.0;
  for (const double units : sale.units) {
    expects(units >= 0.0, "units held are not negative");
    all_units += units;
  }
  Dollars price = price_after(sale, equilibrium == Equilibrium::kGreatest ? 0.0 : all_units);
  for (int rounds = 0; rounds < rules.rounds_max; ++rounds) {
    std::vector<Dollars> worth(cash.begin(), cash.end());
    for (std::size_t i = 0; i < worth.size(); ++i) worth[i] += sale.units[i] * price;
    auto payments = system.clear(worth, equilibrium, rules);
    if (!payments) return std::unexpected(payments.error());
    std::vector<double> sold(system.parties());
    double sold_by_all = 0.0;
    for (std::size_t party = 0; party < sold.size(); ++party) {
      const Dollars short_of = sale.units[party] * price - payments->equity[party];
      sold[party] = price > Dollars{} ? std::clamp(short_of / price, 0.0, sale.units[party])
                                      : sale.units[party];
      sold_by_all += sold[party];
    }
    const Dollars next = price_after(sale, sold_by_all);
    const bool settled = abs(next - price) <= rules.tolerance * sale.price;
    price = next;
    if (settled) return FireSaleClearing{std::move(*payments), price, std::move(sold)};
  }
  return std::unexpected(NotSettled{.rounds = rules.rounds_max});
}

}  // namespace offtake::stress
