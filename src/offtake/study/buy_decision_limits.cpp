#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "offtake/study/buy_decision_steps.hpp"

namespace offtake::study {
namespace {

constexpr double kNoBill = 1e-9;  // Money, of a lever in a year.

const plan::Lever& lever_at(const CaseDraft& draft, int lever) {
  return draft.problem().levers[static_cast<std::size_t>(lever)];
}

/// At most one member of an exclusive group is signed.
void add_exclusive_group(CaseDraft& draft, const contract::OfferGroup& group) {
  std::vector<lp::Term> one;
  for (const contract::Offer& offer : draft.book.offers) {
    const auto levers = draft.result.levers_of.find(offer.name);
    if (offer.group != group.name || levers == draft.result.levers_of.end()) continue;
    const std::vector<int> members = levers->second;
    const int chosen =
        draft.add_lever({.name = "choose " + offer.name, .max = 1.0, .whole = true}, "");
    one.push_back({chosen, 1.0});
    std::vector<lp::Term> row = {{chosen, -lever_at(draft, members[0]).max}};
    for (const int lever : members) {
      if (lever_at(draft, lever).kind == plan::LeverKind::kSign) row.push_back({lever, 1.0});
    }
    draft.problem().limits.push_back({lp::at_most(0.0), row});
  }
  if (one.size() > 1) draft.problem().limits.push_back({lp::at_most(1.0), one});
}

/// A line of equity tied to contracts is drawn only with enough of one of them.
void tie_equity(CaseDraft& draft, const contract::EquityLine& line) {
  const auto lever = draft.result.levers_of.find(line.name);
  if (line.tied_to.empty() || lever == draft.result.levers_of.end()) return;
  std::set<int> members;
  for (const std::string& name : line.tied_to) {
    if (std::ranges::find(draft.book.contracts, name, &contract::Contract::name) !=
        draft.book.contracts.end()) {
      return;  // Signed: nothing more is needed.
    }
    const auto tied = draft.result.levers_of.find(name);
    if (tied != draft.result.levers_of.end()) {
      members.insert(tied->second.begin(), tied->second.end());
    }
  }
  std::vector<lp::Term> row = {{lever->second.front(), 1.0}};
  for (const int member : members) {
    const plan::Lever& sign = lever_at(draft, member);
    if (sign.kind != plan::LeverKind::kSign) continue;
    row.push_back({member, -1.0 / (draft.assumptions.tied_quantity_share * sign.max)});
  }
  draft.problem().limits.push_back({lp::at_most(0.0), row});
}

/// Money paid for compute in a calendar year by a buyer who has all done, means over the worlds.
struct YearSpend {
  double open = 0.0;       ///< For what is needed beyond signed chips, at market price.
  double committed = 0.0;  ///< To all suppliers, signed before.
  std::map<std::string, double> owned;  ///< The same by supplier.
};

using Table = std::vector<std::vector<double>>;

/// [world][period] Money of a unit of reference chips at the market price of the world.
Table market_values(const CaseDraft& draft) {
  Table values;
  for (std::size_t s = 0; s < draft.count(); ++s) {
    values.push_back(draft.calendar.sums([&](int m) {
      return draft.money(market_price(draft.book, (m + 0.5) / 12.0) / 12.0 *
                         draft.path(s).market_price[static_cast<std::size_t>(m)] *
                         draft.chips_unit());
    }));
  }
  return values;
}

std::map<int, YearSpend> spend_by_year(const CaseDraft& draft, const Table& market) {
  std::map<int, YearSpend> years;
  const plan::PlanProblem& problem = draft.problem();
  for (std::size_t t = 0; t < draft.periods(); ++t) {
    YearSpend& year = years[problem.periods[t].year];
    year.open += draft.mean_over_paths([&](std::size_t s) {
      const plan::Scenario& scenario = problem.scenarios[s];
      double chips = 0.0;
      for (const auto& need : scenario.need) {
        for (std::size_t b = 0; b < problem.blocks.size(); ++b) {
          chips += problem.blocks[b].share * need[t][b];
        }
      }
      for (std::size_t c = 0; c < scenario.signed_capacity.size(); ++c) {
        chips -= mean_ratio(problem.pools[c]) * scenario.signed_capacity[c][t];
      }
      return chips * market[s][t];
    });
    for (const SignedSupply& supply : draft.result.supply) {
      year.committed += supply.bill[t];
      year.owned[supply.supplier] += supply.bill[t];
    }
  }
  return years;
}

/// Mean bill of one unit of a lever in a calendar year, and what its chips would cost on the
/// market.
struct LeverYear {
  double bill = 0.0;
  double worth = 0.0;
};

/// [lever] By year; nothing for levers that bring no chips.
std::vector<std::map<int, LeverYear>> levers_by_year(const CaseDraft& draft, const Table& market) {
  const plan::PlanProblem& problem = draft.problem();
  std::vector<std::map<int, LeverYear>> levers(problem.levers.size());
  for (std::size_t l = 0; l < levers.size(); ++l) {
    if (problem.levers[l].source < 0) continue;
    const plan::Source& source =
        problem.sources[static_cast<std::size_t>(problem.levers[l].source)];
    const double ratio = mean_ratio(problem.pools[static_cast<std::size_t>(source.pool)]);
    for (std::size_t s = 0; s < draft.count(); ++s) {
      const plan::LeverEffect& effect = problem.scenarios[s].effects[l];
      if (!effect.acts) continue;
      const double probability = draft.path(s).probability;
      for (std::size_t t = 0; t < draft.periods(); ++t) {
        LeverYear& year = levers[l][problem.periods[t].year];
        if (!effect.bill.empty()) year.bill += probability * effect.bill[t];
        if (effect.capacity.empty()) continue;
        year.worth += probability * effect.capacity[t] * ratio * market[s][t];
      }
    }
  }
  return levers;
}

/// What a supplier is committed in a year may not exceed its share of all that is paid for compute:
/// commitments, and the rest of the need at the market price. A share that signed contracts exceed
/// already may not rise; where limits bind everything, it must come down to the limit.
void limit_share(CaseDraft& draft, const contract::Supplier& supplier, int year,
                 const YearSpend& spend, const std::vector<std::map<int, LeverYear>>& levers) {
  const auto found = spend.owned.find(supplier.name);
  const double owned = found == spend.owned.end() ? 0.0 : found->second;
  const double total = spend.committed + std::max(0.0, spend.open);
  if (total <= 0.0) return;
  const bool everything = draft.book.readings.share_limits == book::ShareLimits::kEverything;
  const double limit =
      everything ? supplier.share_max : std::max(supplier.share_max, owned / total);
  std::vector<lp::Term> row;
  bool binds = everything && owned > limit * total;
  for (std::size_t l = 0; l < levers.size(); ++l) {
    const auto in_year = levers[l].find(year);
    if (in_year == levers[l].end() || in_year->second.bill <= kNoBill) continue;
    const LeverYear& one = in_year->second;
    const int source = draft.problem().levers[l].source;
    const bool own =
        draft.problem().sources[static_cast<std::size_t>(source)].supplier == supplier.name;
    binds = binds || own;
    // New chips take the place of what would be bought on the market, while any is.
    const double to_total = one.bill - (spend.open > 0.0 ? one.worth : 0.0);
    row.push_back({static_cast<int>(l), (own ? one.bill : 0.0) - limit * to_total});
  }
  const double room = limit * total - owned;
  if (binds) {
    draft.problem().limits.push_back(
        {.interval = lp::at_most(everything ? room : std::max(0.0, room)),
         .terms = std::move(row),
         .name = supplier.name + "'s share in " + std::to_string(year)});
  }
}

}  // namespace

void add_limits(CaseDraft& draft) {
  for (const contract::OfferGroup& group : draft.book.groups) {
    if (group.exclusive) add_exclusive_group(draft, group);
  }
  for (const contract::EquityLine& line : draft.book.capital.equity) tie_equity(draft, line);
  const bool limited = std::ranges::any_of(
      draft.book.suppliers, [](const contract::Supplier& one) { return one.share_max < 1.0; });
  if (!limited) return;
  const Table market = market_values(draft);
  const auto years = spend_by_year(draft, market);
  const auto levers = levers_by_year(draft, market);
  for (const contract::Supplier& supplier : draft.book.suppliers) {
    if (supplier.share_max >= 1.0) continue;
    for (const auto& [year, spend] : years) limit_share(draft, supplier, year, spend, levers);
  }
}

}  // namespace offtake::study
