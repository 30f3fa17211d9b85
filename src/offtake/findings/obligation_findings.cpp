#include "offtake/findings/obligation_findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "offtake/report/number_text.hpp"

namespace offtake::findings {
namespace {

using contract::PartyKind;
using report::LinkKind;
using report::PartyColumn;

/// A supplier's name as the party that stands behind it.
std::string party_behind(const book::Book& book, const std::string& supplier) {
  const auto known = std::ranges::find(book.suppliers, supplier, &contract::Supplier::name);
  if (known != book.suppliers.end() && !known->party.empty()) return known->party;
  return supplier;
}

PartyColumn column_of(PartyKind kind) {
  switch (kind) {
    case PartyKind::kLab:
    case PartyKind::kInvestor:
      return PartyColumn::kBuyersAndInvestors;
    case PartyKind::kCloud:
    case PartyKind::kNeocloud:
      return PartyColumn::kClouds;
    case PartyKind::kChipmaker:
    case PartyKind::kLenders:
      return PartyColumn::kMakersAndLenders;
  }
  return PartyColumn::kClouds;
}

std::string edge_words(contract::EdgeKind kind) {
  switch (kind) {
    case contract::EdgeKind::kLease:
      return "lease";
    case contract::EdgeKind::kPurchase:
      return "purchase";
    case contract::EdgeKind::kSecuredDebt:
      return "secured debt";
    case contract::EdgeKind::kDebt:
      return "debt";
    case contract::EdgeKind::kRevenueShare:
      return "revenue share";
    case contract::EdgeKind::kCloudUse:
      return "cloud use";
  }
  return "";
}

std::optional<double> default_probability(const stress::StressAnswer& answer,
                                          const std::string& party) {
  const auto at = std::ranges::find(answer.parties, party, &stress::PartyResult::name);
  if (at == answer.parties.end() || at->default_by.empty()) return std::nullopt;
  return at->default_by.back().probability.value;
}

/// A flow counts for the years of the horizon.
std::optional<double> amount_of(const contract::Edge& edge, int years) {
  constexpr double kYear = 365.0 * 86400.0;
  if (edge.total) return edge.total->base_units();
  if (edge.rate) return edge.rate->base_units() * kYear * years;
  return std::nullopt;
}

class Graph {
 public:
  explicit Graph(report::ObligationSection& section) : section_(section) {}

  bool has(const std::string& name) const {
    return std::ranges::find(section_.nodes, name, &report::PartyNode::name) !=
           section_.nodes.end();
  }

  /// Adds the dollars to the link of that kind between the two, or draws it.
  void link(const std::string& from, const std::string& to, LinkKind kind,
            std::optional<double> usd, std::optional<double> share, const std::string& what) {
    if (!has(from) || !has(to) || from == to) return;
    const auto same = std::ranges::find_if(section_.links, [&](const report::PartyLink& link) {
      return link.from == from && link.to == to && link.kind == kind;
    });
    if (same == section_.links.end()) {
      section_.links.push_back({from, to, kind, usd, share, what});
      return;
    }
    if (usd) same->usd = same->usd.value_or(0.0) + *usd;
    same->what += ", " + what;
  }

 private:
  report::ObligationSection& section_;
};

}  // namespace

report::ObligationSection obligation_section(const book::Book& book,
                                             const stress::StressAnswer& answer) {
  report::ObligationSection section;
  section.nodes.push_back({.name = book.buyer,
                           .column = PartyColumn::kBuyersAndInvestors,
                           .buyer = true,
                           .default_probability = answer.defaults.value,
                           .remark = {}});
  for (const contract::Party& party : book.parties.parties) {
    if (party.name == book.buyer) continue;
    const auto probability = default_probability(answer, party.name);
    section.nodes.push_back({.name = party.name,
                             .column = column_of(party.kind),
                             .default_probability = probability,
                             .remark = party.kind == PartyKind::kLenders ? "lenders" : ""});
    if (party.kind == PartyKind::kLenders) section.nodes.back().default_probability.reset();
  }
  Graph graph(section);
  double owed = 0.0;
  for (const contract::Contract& contract : book.contracts) {
    const double usd = contract.commitment.base_units();
    owed += usd;
    graph.link(book.buyer, party_behind(book, contract.supplier), LinkKind::kOwes, usd, {},
               contract.name);
  }
  for (const contract::Edge& edge : book.parties.edges) {
    const auto usd = amount_of(edge, book.horizon.years);
    if (!usd) continue;
    graph.link(edge.from, edge.to, LinkKind::kOwes, usd, {}, edge_words(edge.kind));
  }
  for (const contract::EquityLink& link : book.parties.equity_links) {
    graph.link(link.holder, link.of, LinkKind::kHoldsEquity, {},
               link.share > 0.0 ? std::optional(link.share) : std::nullopt, "equity");
  }
  for (const contract::Warrant& warrant : book.capital.warrants) {
    graph.link(book.buyer, warrant.issuer, LinkKind::kWarrant, {}, {}, warrant.name);
  }
  for (const contract::EquityLine& line : book.capital.equity) {
    if (line.received) continue;
    graph.link(line.investor, book.buyer, LinkKind::kAsked, line.amount.base_units(), {},
               line.name);
  }
  section.text.title = fmt::format(
      "{} of signed commitments rest on {}; {}% of what its investors "
      "pay in comes back to them",
      report::money(owed), book.buyer, report::percent(answer.circularity.gross));
  section.text.subtitle =
      "Solid: owes, width by dollars. Dashed: holds equity or a warrant, or is to pay in. Red: "
      "default probability above 3%";
  section.text.note = fmt::format(
      "Headline amounts are maxima. Netted of what customers’ money explains, {}% comes back.",
      report::percent(answer.circularity.netted));
  return section;
}

}  // namespace offtake::findings
