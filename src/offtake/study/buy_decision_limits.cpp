#include <algorithm>
#include <cmath>
#include <map>
#include <set>

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
  if (row.size() > 1) draft.problem().limits.push_back({lp::at_most(0.0), row});
}

/// Money paid for compute in a calendar year, means over the worlds.
struct YearSpend {
  double need = 0.0;                    ///< All that is needed, at the market price of the day.
  double committed = 0.0;               ///< To all suppliers, signed before.
  std::map<std::string, double> owned;  ///< The same by supplier.
};

std::map<int, YearSpend> spend_by_year(const CaseDraft& draft) {
  std::map<int, YearSpend> years;
  for (int m = 0; m < draft.calendar.months(); ++m) {
    const double price = market_price(draft.book, (m + 0.5) / 12.0) / 12.0;
    years[(draft.book.horizon.start + m).year()].need += draft.mean_over_paths([&](std::size_t s) {
      double chips = 0.0;
      for (std::size_t w = 0; w < draft.book.demand.size(); ++w) {
        chips += draft.chips_needed(w, s, m);
      }
      return draft.money(chips * price * draft.path(s).market_price[static_cast<std::size_t>(m)]);
    });
  }
  for (const SignedSupply& supply : draft.result.supply) {
    for (std::size_t t = 0; t < draft.periods(); ++t) {
      YearSpend& year = years[draft.problem().periods[t].year];
      year.committed += supply.bill[t];
      year.owned[supply.supplier] += supply.bill[t];
    }
  }
  return years;
}

/// Mean bill of one unit of a lever in a calendar year.
double bill_in_year(const CaseDraft& draft, std::size_t lever, int year) {
  return draft.mean_over_paths([&](std::size_t s) {
    const plan::LeverEffect& effect = draft.problem().scenarios[s].effects[lever];
    double bill = 0.0;
    for (std::size_t t = 0; effect.acts && t < effect.bill.size(); ++t) {
      if (draft.problem().periods[t].year == year) bill += effect.bill[t];
    }
    return bill;
  });
}

/// What a supplier is committed in a year may not exceed its share of what is paid for compute: of
/// the need at market prices where that is more than all commitments, else of all commitments, new
/// ones included. A share that signed contracts exceed already may not rise.
void limit_share(CaseDraft& draft, const contract::Supplier& supplier, int year,
                 const YearSpend& spend) {
  const auto found = spend.owned.find(supplier.name);
  const double owned = found == spend.owned.end() ? 0.0 : found->second;
  const bool need_sets_total = spend.need > spend.committed;
  const double total = std::max(spend.need, spend.committed);
  if (total <= 0.0) return;
  const double limit = std::max(supplier.share_max, owned / total);
  std::vector<lp::Term> row;
  bool binds = false;
  for (std::size_t l = 0; l < draft.problem().levers.size(); ++l) {
    const int source = draft.problem().levers[l].source;
    if (source < 0) continue;
    const double bill = bill_in_year(draft, l, year);
    if (bill <= kNoBill) continue;
    const bool own =
        draft.problem().sources[static_cast<std::size_t>(source)].supplier == supplier.name;
    binds = binds || own;
    const double of_total = need_sets_total ? 0.0 : limit * bill;
    const double coefficient = (own ? bill : 0.0) - of_total;
    if (coefficient != 0.0) row.push_back({static_cast<int>(l), coefficient});
  }
  if (binds) {
    draft.problem().limits.push_back({lp::at_most(std::max(0.0, limit * total - owned)), row});
  }
}

}  // namespace

void add_limits(CaseDraft& draft) {
  for (const contract::OfferGroup& group : draft.book.groups) {
    if (group.exclusive) add_exclusive_group(draft, group);
  }
  for (const contract::EquityLine& line : draft.book.capital.equity) tie_equity(draft, line);
  const auto years = spend_by_year(draft);
  for (const contract::Supplier& supplier : draft.book.suppliers) {
    if (supplier.share_max >= 1.0) continue;
    for (const auto& [year, spend] : years) limit_share(draft, supplier, year, spend);
  }
}

}  // namespace offtake::study
