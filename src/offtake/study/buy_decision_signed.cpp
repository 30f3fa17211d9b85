#include <algorithm>
#include <cmath>

#include "offtake/study/buy_decision_steps.hpp"

namespace offtake::study {
namespace {

using contract::Contract;
using contract::DeliveryReading;

/// One system's part of a signed contract, month by month if nothing is late.
struct SignedPart {
  SignedSupply supply;
  std::vector<double> bill;   ///< [month] Dollars.
  std::vector<double> chips;  ///< [month] Of the pool.
};

double market_price_in(const book::Book& book, std::size_t month) {
  return market_price(book, (static_cast<double>(month) + 0.5) / 12.0);
}

/// Chips in each month that a contract's bill buys, by its reading of delivery.
std::vector<double> delivered(const book::Book& book, DeliveryReading reading,
                              const std::optional<ChipPrice>& price,
                              const std::vector<double>& bill) {
  std::vector<double> chips;
  double lots = 0.0, before = 0.0;
  for (std::size_t m = 0; m < bill.size(); ++m) {
    const double a_year = 12.0 * bill[m];
    const double market = market_price_in(book, m);
    switch (reading) {
      case DeliveryReading::kCurrentPricePerformance:
        lots = a_year / market;
        break;
      case DeliveryReading::kDeliveryYear:
        if (a_year >= before) {
          lots += (a_year - before) / market;
        } else {
          lots *= a_year / before;
        }
        break;
      case DeliveryReading::kNamedSystem:
        lots = a_year / (price ? per_chip_year(*price) : market);
        break;
    }
    before = a_year;
    chips.push_back(lots);
  }
  return chips;
}

/// A monthly path in one world: the contract's sites, each late by its own delay, shift it.
double late(const CaseDraft& draft, const Contract& contract, const std::vector<double>& path,
            std::size_t s, int month) {
  const auto value = [&](double at) {
    const double clamped = std::clamp(at, 0.0, static_cast<double>(path.size() - 1));
    const auto lower = static_cast<std::size_t>(clamped);
    const auto upper = std::min(lower + 1, path.size() - 1);
    const double share = clamped - static_cast<double>(lower);
    return (1.0 - share) * path[lower] + share * path[upper];
  };
  double power = 0.0, sum = 0.0;
  for (const contract::Site& site : draft.book.sites) {
    if (std::ranges::find(contract.sites, site.name) == contract.sites.end()) continue;
    const double weight = site.power.base_units();
    power += weight;
    const double beyond = draft.path(s).delay.at(site.name) - contract.slip_in_pay;
    sum += weight * value(month - std::max(0.0, beyond));
  }
  return power > 0.0 ? sum / power : path[static_cast<std::size_t>(month)];
}

class SignedWriter {
 public:
  SignedWriter(CaseDraft& draft, const Contract& contract) : draft_(draft), contract_(contract) {
    if (contract.port) {
      port_ = *contract.port;
      port_->shared_with = port_family(contract.system, *contract.port);
    }
  }

  void write() {
    const auto& next = contract_.next_system;
    const auto next_share = [&](int m) {
      return next && draft_.book.horizon.start + m >= next->from ? next->share : 0.0;
    };
    const double after = next ? next->share : 0.0;
    add(part(
        contract_.system, contract_.price, [&](int m) { return 1.0 - next_share(m); },
        1.0 - after));
    if (next) add(part(next->system, next->price, next_share, after));
  }

 private:
  /// The part of the contract that goes to `system`: `share` of each month's bill, and
  /// `share_beyond` of what is due after the horizon.
  SignedPart part(const std::string& system, const std::optional<ChipPrice>& price,
                  const std::function<double(int)>& share, double share_beyond) {
    const book::Book& book = draft_.book;
    const auto& pay = book.readings.bill_shape == book::BillShape::kPayAlternative &&
                              !contract_.pay_alternative.empty()
                          ? contract_.pay_alternative
                          : contract_.pay;
    const double at =
        book.readings.bills == book::BillsRun::kAtFirmShare ? contract_.firm_share : 1.0;
    PoolShare pool{draft_.reference_pool, 1.0};
    if (contract_.delivery == DeliveryReading::kNamedSystem || port_ ||
        !contract_.workloads.empty()) {
      pool = draft_.pools.share(
          {.system = system, .port = port_ ? &*port_ : nullptr, .workloads = contract_.workloads});
    }
    SignedPart result{.supply = {.name = contract_.name,
                                 .supplier = contract_.supplier,
                                 .system = system,
                                 .pool = pool.pool,
                                 .bill = std::vector<double>(draft_.periods()),
                                 .capacity = std::vector<double>(draft_.periods())},
                      .bill = {},
                      .chips = {}};
    for (int m = 0; m < draft_.calendar.months(); ++m) {
      const Dollars due = contract::bill_in_month(pay, book.horizon.start + m, book.horizon.start);
      result.bill.push_back(at * share(m) * due.base_units());
    }
    for (const auto& [year, dollars] : pay) {
      if (Month(year, 1) < book.horizon.end()) continue;
      result.supply.beyond_horizon += at * share_beyond * draft_.money(dollars.base_units());
    }
    result.chips = delivered(book, contract_.delivery, price, result.bill);
    for (double& chips : result.chips) chips *= pool.chips;
    return result;
  }

  void add(SignedPart part) {
    for (std::size_t s = 0; s < draft_.count(); ++s) add_world(part, s);
    draft_.result.supply.push_back(std::move(part.supply));
  }

  void add_world(SignedPart& part, std::size_t s) {
    plan::Scenario& scenario = draft_.problem().scenarios[s];
    const auto alive = [&](int m) { return draft_.alive(contract_.supplier, s, m); };
    const auto bill = draft_.calendar.sums([&](int m) {
      return alive(m) * (contract_.late_site_defers_bill ? late(draft_, contract_, part.bill, s, m)
                                                         : part.bill[static_cast<std::size_t>(m)]);
    });
    const auto chips = draft_.calendar.means(
        [&](int m) { return alive(m) * late(draft_, contract_, part.chips, s, m); });
    const bool released = draft_.book.readings.port_failure == book::PortFailure::kReleased &&
                          port_ && !draft_.path(s).works.at(port_->shared_with);
    const auto pool = static_cast<std::size_t>(part.supply.pool);
    scenario.signed_bill.resize(draft_.periods());
    scenario.signed_capacity.resize(std::max(scenario.signed_capacity.size(), pool + 1));
    scenario.signed_capacity[pool].resize(draft_.periods());
    for (std::size_t t = 0; t < draft_.periods(); ++t) {
      const double due = released ? 0.0 : draft_.money(bill[t]);
      const double units = chips[t] / draft_.chips_unit();
      scenario.signed_bill[t] += due;
      scenario.signed_capacity[pool][t] += units;
      part.supply.bill[t] += scenario.probability * due;
      part.supply.capacity[t] += scenario.probability * units;
    }
  }

  CaseDraft& draft_;
  const Contract& contract_;
  std::optional<contract::Port> port_;  ///< The contract's; it serves the next system too.
};

}  // namespace

void add_signed(CaseDraft& draft) {
  for (plan::Scenario& scenario : draft.problem().scenarios) {
    scenario.signed_bill.assign(draft.periods(), 0.0);
  }
  for (const Contract& contract : draft.book.contracts) SignedWriter(draft, contract).write();
}

void close_pools(CaseDraft& draft) {
  plan::PlanProblem& problem = draft.problem();
  problem.pools = draft.pools.pools();
  for (plan::Scenario& scenario : problem.scenarios) {
    scenario.signed_capacity.resize(problem.pools.size());
    for (auto& capacity : scenario.signed_capacity) capacity.resize(draft.periods());
  }
  for (std::size_t c = 0; c < problem.pools.size(); ++c) {
    const auto port = draft.ports.find(draft.pools.family(static_cast<int>(c)));
    if (port != draft.ports.end()) problem.pools[c].port = port->second.lever;
  }
}

}  // namespace offtake::study
