#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"

namespace offtake::book {
namespace {

using contract::EdgeKind;
using contract::PartyKind;
using yaml::ObjectReader;
using yaml::Value;

contract::Recovery read_recovery(const Value& value) {
  const ObjectReader fields = value.object();
  if (!fields.find("/contract") && !fields.find("/debt")) {
    const double both = read_figure<double>(value, "40%");
    return {.contract = both, .debt = both};
  }
  return {.contract = share_at(fields, "/contract"), .debt = share_at(fields, "/debt")};
}

contract::Party read_party(const std::string& name, const ObjectReader& fields) {
  for (const char* key : {"/note", "/capex_2026", "/adjusted_ebitda"}) fields.find(key);
  contract::Party party;
  party.name = name;
  party.kind = fields.choice<PartyKind>("/kind", {{"lab", PartyKind::kLab},
                                                  {"cloud", PartyKind::kCloud},
                                                  {"neocloud", PartyKind::kNeocloud},
                                                  {"chipmaker", PartyKind::kChipmaker},
                                                  {"investor", PartyKind::kInvestor},
                                                  {"lenders", PartyKind::kLenders}});
  party.liquidity = figure_or<Dollars>(fields, "/liquidity", "26e9 USD", Dollars{});
  party.assets = figure_or<Dollars>(fields, "/assets", "100e9 USD", Dollars{});
  party.haircut = share_or(fields, "/haircut", 0.0);
  party.debt = figure_or<Dollars>(fields, "/debt", "112e9 USD", Dollars{});
  party.secured_share = share_or(fields, "/secured_share", 0.0);
  party.leases_not_commenced =
      figure_or<Dollars>(fields, "/leases_not_commenced", "248e9 USD", Dollars{});
  party.free_cash_flow = figure_or<MoneyRate>(fields, "/fcf", "-13e9 USD/year", MoneyRate{});
  party.interest = figure_or<MoneyRate>(fields, "/interest", "1.2e9 USD/year", MoneyRate{});
  party.hazard = share_or(fields, "/hazard", 0.0);
  party.rating = fields.text_or("/rating", "");
  party.lent = figure_or<Dollars>(fields, "/lent", "84e9 USD", Dollars{});
  if (const auto recovery = fields.find("/recovery")) party.recovery = read_recovery(*recovery);
  if (const auto costs = fields.find("/default_costs")) {
    party.default_costs = {.alpha = share_at(costs->object(), "/alpha"),
                           .beta = share_at(costs->object(), "/beta")};
  }
  if (const auto owes = fields.find("/owes")) {
    for (const auto& entry : entries_without_mark(*owes)) {
      party.owes[entry.key.text()] = read_figure<Dollars>(entry.value, "26e9 USD");
    }
  }
  if (const auto check = fields.find("/exposure_check")) {
    const ObjectReader exposure = check->object();
    exposure.find("/source");
    exposure.at("/as_of").date();
    party.exposure_check =
        contract::ExposureCheck{figure_at<Dollars>(exposure, "/backlog", "523e9 USD"),
                                figure_if_given<double>(exposure, "/buyer_share", "45%")};
  }
  if (const auto funding = fields.find("/funding")) {
    party.funding.committed =
        figure_if_given<MoneyRate>(funding->object(), "/committed", "10e9 USD/year");
    party.funding.stops_after_buyer_default =
        funding->object().flag_or("/stops_after_buyer_default", true);
  }
  return party;
}

contract::Edge read_edge(const ObjectReader& fields, ReadingState& state) {
  fields.find("/source");
  fields.find("/assume");
  contract::Edge edge;
  edge.from = state.names.refer({NameKind::kParty}, fields.at("/from"));
  edge.to = state.names.refer({NameKind::kParty}, fields.at("/to"));
  edge.kind = fields.choice<EdgeKind>("/kind", {{"lease", EdgeKind::kLease},
                                                {"purchase", EdgeKind::kPurchase},
                                                {"secured_debt", EdgeKind::kSecuredDebt},
                                                {"debt", EdgeKind::kDebt},
                                                {"revenue_share", EdgeKind::kRevenueShare},
                                                {"cloud_use", EdgeKind::kCloudUse}});
  const Value amount = fields.at("/amount");
  const auto dimension = dimension_of(amount);
  if (dimension == MoneyRate::kDimension) {
    edge.rate = read_figure<MoneyRate>(amount, "11e9 USD/year");
  } else if (dimension == Dimension{}) {
    edge.share = read_figure<double>(amount, "20%");
  } else {
    edge.total = read_figure<Dollars>(amount, "14e9 USD");
  }
  edge.schedule = by_year_if_given<Dollars>(fields, "/schedule", "4.2e9 USD");
  edge.start = fields.optional<Month>("/start");
  edge.until = fields.optional<Month>("/until");
  edge.due = fields.optional<Month>("/due");
  return edge;
}

contract::EquityLink read_link(const ObjectReader& fields, ReadingState& state) {
  contract::EquityLink link;
  link.holder = state.names.refer({NameKind::kParty}, fields.at("/holder"));
  link.of = state.names.refer({NameKind::kParty}, fields.at("/of"));
  link.share = share_or(fields, "/share", 0.0);
  link.value = figure_if_given<Dollars>(fields, "/value", "350e6 USD");
  return link;
}

contract::Guarantee read_guarantee(const ObjectReader& fields, ReadingState& state) {
  fields.find("/source");
  fields.find("/note");
  contract::Guarantee guarantee;
  guarantee.by = state.names.refer({NameKind::kParty}, fields.at("/by"));
  guarantee.of = state.names.refer({NameKind::kParty}, fields.at("/of"));
  guarantee.kind = fields.text("/kind");
  guarantee.cap = figure_at<Dollars>(fields, "/cap", "6.3e9 USD");
  guarantee.until = fields.optional<Month>("/until");
  return guarantee;
}

contract::ResaleMarket read_resale(const ObjectReader& fields) {
  contract::ResaleMarket market;
  market.gpu_rent = figure_at<ChipPrice>(fields, "/gpu_rent_h100", "1.80 USD/chip/h");
  market.resale_after_seizure = share_at(fields, "/resale_after_seizure");
  const auto impact =
      figure_at<Quantity<Dimension{.time = 1, .energy = -1}>>(fields, "/price_impact", "8% per GW");
  market.price_impact_per_gw = impact * Watts::in_base_units(1e9);
  market.floor = share_or(fields, "/resale_floor", market.floor);
  return market;
}

}  // namespace

contract::Parties read_parties(ReadingState& state) {
  contract::Parties parties;
  for (const auto& entry : state.root.entries("/parties")) {
    const std::string name = state.names.define(NameKind::kParty, entry.key);
    parties.parties.push_back(read_party(name, entry.value.object()));
  }
  for (const Value& item : state.root.list("/edges")) {
    parties.edges.push_back(read_edge(item.object(), state));
  }
  for (const Value& item : state.root.list("/equity_links")) {
    parties.equity_links.push_back(read_link(item.object(), state));
  }
  for (const Value& item : state.root.list("/guarantees")) {
    parties.guarantees.push_back(read_guarantee(item.object(), state));
  }
  if (const auto market = state.root.find("/market")) {
    parties.market = read_resale(market->object());
  }
  return parties;
}

}  // namespace offtake::book
