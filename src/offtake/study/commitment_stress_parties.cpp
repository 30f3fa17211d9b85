#include "offtake/study/commitment_stress_parties.hpp"

#include <algorithm>

#include "offtake/units/literals.hpp"

namespace offtake::study {
namespace {

using namespace literals;
using contract::EdgeKind;
using contract::PartyKind;

/// The layer of an edge in the waterfall of its debtor: secured debt, then contracts, then the
/// rest.
std::size_t layer_of(EdgeKind kind) {
  switch (kind) {
    case EdgeKind::kSecuredDebt:
      return 0;
    case EdgeKind::kLease:
    case EdgeKind::kPurchase:
    case EdgeKind::kCloudUse:
    case EdgeKind::kRevenueShare:
      return 1;
    case EdgeKind::kDebt:
      return 2;
  }
  return 2;
}

int quarter_of(const stress::StressProblem& problem, Month month) {
  const int months = month - problem.start;
  return months >= 0 ? months / 3 : -1;
}

std::vector<Dollars> rate_by_quarter(const stress::StressProblem& problem,
                                     const contract::Edge& edge) {
  std::vector<Dollars> amounts(static_cast<std::size_t>(problem.quarters));
  for (int month = 0; month < 3 * problem.quarters; ++month) {
    const Month now = problem.start + month;
    if (edge.start && now < *edge.start) continue;
    if (edge.until && now > *edge.until) continue;
    amounts[static_cast<std::size_t>(month / 3)] += *edge.rate * 1.0_months;
  }
  return amounts;
}

/// A stock: its schedule by year, its date, and the rest as owed just beyond the horizon.
std::vector<Dollars> stock_by_quarter(const stress::StressProblem& problem,
                                      const contract::Edge& edge) {
  const auto quarters = static_cast<std::size_t>(problem.quarters);
  std::vector<Dollars> amounts(quarters + 1);
  Dollars left = edge.total.value_or(Dollars{});
  for (std::size_t quarter = 0; quarter < quarters; ++quarter) {
    const Month begin = problem.start + 3 * static_cast<int>(quarter);
    const auto due = edge.schedule.find(begin.year());
    if (due == edge.schedule.end()) continue;
    const int months = begin.year() == problem.start.year() ? 13 - problem.start.month() : 12;
    amounts[quarter] += due->second * (3.0 / months);
    left -= due->second * (3.0 / months);
  }
  left = std::max(left, Dollars{});
  const int date = edge.due ? quarter_of(problem, *edge.due) : problem.quarters;
  amounts[static_cast<std::size_t>(std::clamp(date, 0, problem.quarters))] += left;
  return amounts;
}

void add_edge(const book::Book& book, const contract::Edge& edge, stress::StressProblem& problem) {
  const auto from = party_index(book, problem, edge.from);
  const auto to = party_index(book, problem, edge.to);
  if (!from) return;  // The buyer's own dues are contracts and the revenue share.
  stress::Due due{.from = *from, .to = to, .layer = layer_of(edge.kind)};
  const auto creditor = std::ranges::find(book.parties.parties, edge.to, &contract::Party::name);
  const auto debtor = std::ranges::find(book.parties.parties, edge.from, &contract::Party::name);
  if (creditor != book.parties.parties.end() && creditor->kind == PartyKind::kLenders) {
    due.recovery = creditor->recovery.debt;
  } else if (debtor != book.parties.parties.end()) {
    due.recovery = debtor->recovery.debt;
  }
  if (edge.rate) {
    due.amounts = rate_by_quarter(problem, edge);
    const bool inside = edge.kind == EdgeKind::kPurchase || edge.kind == EdgeKind::kCloudUse;
    (inside ? problem.purchases : problem.dues).push_back(std::move(due));
    return;
  }
  if (!edge.total && edge.schedule.empty()) return;
  due.amounts = stock_by_quarter(problem, edge);
  due.refinanced_while_sound = true;
  problem.dues.push_back(std::move(due));
}

}  // namespace

std::optional<std::size_t> party_index(const book::Book& book, const stress::StressProblem& problem,
                                       const std::string& name) {
  std::string party = name;
  const auto supplier = std::ranges::find(book.suppliers, name, &contract::Supplier::name);
  if (supplier != book.suppliers.end() && !supplier->party.empty()) party = supplier->party;
  const auto found = std::ranges::find(problem.parties, party, &stress::StressParty::name);
  if (found == problem.parties.end()) return std::nullopt;
  return static_cast<std::size_t>(found - problem.parties.begin());
}

void add_parties(const book::Book& book, stress::StressProblem& problem) {
  for (const contract::Party& party : book.parties.parties) {
    if (party.name == book.buyer) {
      problem.recovery_contract = party.recovery.contract;
      problem.recovery_debt = party.recovery.debt;
      continue;
    }
    stress::StressParty made{
        .name = party.name,
        .liquidity = party.liquidity + (1.0 - party.haircut) * party.assets,
        .free_cash_flow = party.free_cash_flow * 3.0_months,
        .funding_stops_with_buyer = party.funding.stops_after_buyer_default,
        .hazard = party.hazard,
        .default_costs = {.assets = party.default_costs.alpha, .claims = party.default_costs.beta}};
    if (party.funding.committed) made.funding = *party.funding.committed * 3.0_months;
    problem.parties.push_back(std::move(made));
  }
  // A supplier that is no party of its own still is owed money.
  const auto ensure = [&](const std::string& supplier) {
    if (party_index(book, problem, supplier)) return;
    problem.parties.push_back({.name = supplier, .funding_stops_with_buyer = false});
  };
  for (const contract::Contract& signed_one : book.contracts) ensure(signed_one.supplier);
  for (const contract::Offer& offer : book.offers) ensure(offer.supplier);
  for (const contract::OptionHeld& option : book.options_held) ensure(option.supplier);

  for (const contract::Edge& edge : book.parties.edges) add_edge(book, edge, problem);
  for (const contract::Guarantee& guarantee : book.parties.guarantees) {
    const auto by = party_index(book, problem, guarantee.by);
    const auto of = party_index(book, problem, guarantee.of);
    if (!by || !of) continue;
    stress::Backstop backstop{.by = *by, .of = *of, .cap = guarantee.cap};
    if (guarantee.until) backstop.until = quarter_of(problem, *guarantee.until);
    problem.backstops.push_back(backstop);
  }
  for (const contract::EquityLink& link : book.parties.equity_links) {
    const auto holder = party_index(book, problem, link.holder);
    if (holder && link.of == book.buyer) problem.stakes.push_back({*holder, link.share});
  }
  const std::string& share_to = book.costs.revenue_share_to;
  if (!share_to.empty()) problem.revenue_share_to = party_index(book, problem, share_to);
  problem.market = book.parties.market;
}

}  // namespace offtake::study
