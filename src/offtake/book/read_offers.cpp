#include <algorithm>

#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::book {
namespace {

using namespace literals;
using contract::OfferKind;
using yaml::ObjectReader;
using yaml::Value;

contract::ExpansionOption read_expansion(const ObjectReader& fields, const ReadingState& state) {
  fields.find("/assume");
  fields.find("/source");
  const Value exercise_by = fields.at("/exercise_by");
  contract::ExpansionOption option{
      .quantity = figure_at<Chips>(fields, "/quantity", "430e3 chip"),
      .exercise_by = read_figure<Month>(exercise_by, "2027-06"),
      .price = figure_at<ChipPrice>(fields, "/price", "1.42 USD/chip/h")};
  state.check_before_end(option.exercise_by, exercise_by);
  return option;
}

OfferKind read_kind(const ObjectReader& fields) {
  if (!fields.find("/kind")) return OfferKind::kTakeOrPay;
  return fields.choice<OfferKind>("/kind", {{"take_or_pay", OfferKind::kTakeOrPay},
                                            {"reserved", OfferKind::kReserved},
                                            {"savings_plan", OfferKind::kSavingsPlan},
                                            {"committed_use", OfferKind::kCommittedUse},
                                            {"universal_credits", OfferKind::kUniversalCredits},
                                            {"capacity_block", OfferKind::kCapacityBlock},
                                            {"on_demand", OfferKind::kOnDemand},
                                            {"spot", OfferKind::kSpot}});
}

bool is_hourly(OfferKind kind) { return kind == OfferKind::kOnDemand || kind == OfferKind::kSpot; }

contract::Offer read_offer(const ObjectReader& fields, ReadingState& state) {
  fields.find("/source");
  fields.find("/assume");
  contract::Offer offer;
  offer.name = state.names.define(NameKind::kOffer, fields.at("/name"));
  offer.group = state.names.refer_if_given({NameKind::kGroup}, fields, "/group");
  offer.supplier = state.names.refer({NameKind::kSupplier}, fields.at("/supplier"));
  offer.system = state.catalog_id(CatalogReference::Kind::kSystem, fields.at("/system"));
  offer.region = fields.text_or("/region", "");
  offer.kind = read_kind(fields);
  offer.price = figure_at<ChipPrice>(fields, "/price", "1.35 USD/chip/h");
  offer.quantity_max = figure_if_given<Chips>(fields, "/quantity_max", "620e3 chip");
  offer.lot = figure_or<Chips>(fields, "/lot", "8 chip", Chips{});
  offer.start = state.horizon.start;
  if (const auto start = fields.find("/start")) {
    offer.start = read_figure<Month>(*start, "2026-07");
    state.check_before_end(offer.start, *start);
  }
  offer.ramp_months = static_cast<int>(
      figure_or<Seconds>(fields, "/ramp", "12 months", Seconds{}).in(1.0_months) + 0.5);
  offer.min_take = share_or(fields, "/min_take", is_hourly(offer.kind) ? 0.0 : 1.0);
  offer.term = figure_if_given<Seconds>(fields, "/term", "5 years");
  offer.term_max = figure_if_given<Seconds>(fields, "/term_max", "182 days");
  if (!is_hourly(offer.kind) && !offer.term && !offer.term_max) {
    fields.at("/term").reject("a term, since it is not sold by the hour");
  }
  offer.prepaid = fields.flag_or("/prepaid", false);
  offer.availability = share_or(fields, "/availability", 1.0);
  offer.interruption = figure_or<Hertz>(fields, "/interruption", "5% per h", Hertz{});
  offer.equity_required = state.names.refer_if_given({NameKind::kEquityLine}, fields, "/requires");
  offer.site = state.names.refer_if_given({NameKind::kSite}, fields, "/site");
  offer.port = read_port(fields, state);
  if (const auto option = fields.find("/option")) {
    offer.option = read_expansion(option->object(), state);
  }
  return offer;
}

contract::OptionHeld read_option(const ObjectReader& fields, ReadingState& state) {
  fields.find("/source");
  fields.find("/assume");
  contract::OptionHeld option;
  option.name = state.names.define(NameKind::kOption, fields.at("/name"));
  option.supplier = state.names.refer({NameKind::kSupplier}, fields.at("/supplier"));
  option.system = state.catalog_id(CatalogReference::Kind::kSystem, fields.at("/system"));
  option.tranche = figure_at<Watts>(fields, "/tranche", "1 GW");
  option.tranches = fields.count("/tranches", 1);
  option.earliest = fields.month("/earliest");
  state.check_before_end(option.earliest, fields.at("/earliest"));
  option.latest = fields.optional<Month>("/latest");
  if (option.latest && *option.latest < option.earliest) {
    fields.at("/latest").reject("a month not before `earliest`");
  }
  if (fields.find("/power_price")) {
    option.price = figure_at<EnergyPrice>(fields, "/power_price", "8e9 USD/GW/year");
  } else {
    option.price = figure_at<ChipPrice>(fields, "/price", "4.60 USD/chip/h");
  }
  option.term = figure_if_given<Seconds>(fields, "/term", "5 years");
  option.relative_throughput_per_power =
      figure_or(fields, "/relative_throughput_per_power", "1.0", 1.0);
  option.success = share_or(fields, "/success", 1.0);
  option.firm_share = share_or(fields, "/firm_share", 0.0);
  option.warrant = state.names.refer_if_given({NameKind::kWarrant}, fields, "/warrant");
  option.equity = state.names.refer_if_given({NameKind::kEquityLine}, fields, "/equity");
  option.port = read_port(fields, state);
  return option;
}

}  // namespace

std::vector<contract::Offer> read_offers(ReadingState& state) {
  std::vector<contract::Offer> offers;
  for (const Value& item : state.root.list("/offers")) {
    offers.push_back(read_offer(item.object(), state));
  }
  return offers;
}

std::vector<contract::OfferGroup> read_groups(ReadingState& state) {
  std::vector<contract::OfferGroup> groups;
  for (const auto& entry : state.root.entries("/groups")) {
    groups.push_back({.name = state.names.define(NameKind::kGroup, entry.key),
                      .exclusive = entry.value.object().flag("/exclusive")});
  }
  return groups;
}

std::vector<contract::OptionHeld> read_options_held(ReadingState& state) {
  std::vector<contract::OptionHeld> options;
  for (const Value& item : state.root.list("/options_held")) {
    options.push_back(read_option(item.object(), state));
  }
  return options;
}

}  // namespace offtake::book
