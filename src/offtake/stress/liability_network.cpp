#include "offtake/stress/liability_network.hpp"

#include <fmt/format.h>

namespace offtake::stress {
namespace {

bool is_share(double value) { return 0.0 <= value && value <= 1.0; }

}  // namespace

std::vector<std::string> faults(const LiabilityNetwork& network) {
  const std::size_t parties = network.parties;
  std::vector<std::string> found;
  for (std::size_t i = 0; i < network.debts.size(); ++i) {
    const Debt& debt = network.debts[i];
    if (debt.debtor >= parties || (debt.creditor && *debt.creditor >= parties)) {
      found.push_back(fmt::format("debt {} names a party beyond the last", i));
    } else if (debt.creditor == debt.debtor) {
      found.push_back(fmt::format("debt {} is owed by a party to itself", i));
    }
    if (!(debt.amount >= Dollars{}) || !is_finite(debt.amount)) {
      found.push_back(fmt::format("debt {} is not a sum of zero or more", i));
    }
  }
  std::vector<double> held(parties, 0.0);
  for (std::size_t i = 0; i < network.equity_links.size(); ++i) {
    const EquityLink& link = network.equity_links[i];
    if (link.holder >= parties || link.issuer >= parties) {
      found.push_back(fmt::format("equity link {} names a party beyond the last", i));
    } else if (!is_share(link.share)) {
      found.push_back(fmt::format("equity link {} is not a share", i));
    } else {
      held[link.issuer] += link.share;
    }
  }
  for (std::size_t party = 0; party < parties; ++party) {
    if (held[party] >= 1.0) {
      found.push_back(
          fmt::format("{} of the equity of party {} is held inside the network, not less than 1",
                      held[party], party));
    }
  }
  if (!network.recovery.empty() && network.recovery.size() != parties) {
    found.push_back(
        fmt::format("{} recovery rates for {} parties", network.recovery.size(), parties));
  }
  for (const RecoveryRates& rates : network.recovery) {
    if (!is_share(rates.assets) || !is_share(rates.claims)) {
      found.push_back("a recovery rate is not between 0 and 1");
    }
  }
  for (std::size_t i = 0; i < network.guarantees.size(); ++i) {
    const Guarantee& guarantee = network.guarantees[i];
    if (guarantee.guarantor >= parties || guarantee.debtor >= parties ||
        guarantee.creditor >= parties) {
      found.push_back(fmt::format("guarantee {} names a party beyond the last", i));
    } else if (guarantee.guarantor == guarantee.debtor ||
               guarantee.guarantor == guarantee.creditor ||
               guarantee.debtor == guarantee.creditor) {
      found.push_back(fmt::format("guarantee {} does not name three parties", i));
    }
    if (!(guarantee.cap >= Dollars{})) {
      found.push_back(fmt::format("the cap of guarantee {} is negative", i));
    }
  }
  return found;
}

}  // namespace offtake::stress
