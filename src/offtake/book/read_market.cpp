#include "offtake/book/read_figure.hpp"
#include "offtake/book/reading_state.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::book {

using namespace literals;
using yaml::ObjectReader;
using yaml::Value;

std::vector<contract::ChipEquivalent> read_chip_equivalents(ReadingState& state) {
  std::vector<contract::ChipEquivalent> equivalents;
  for (const auto& entry : state.root.entries("/chip_equivalents")) {
    const ObjectReader fields = entry.value.object();
    equivalents.push_back({.system = state.catalog_id(CatalogReference::Kind::kSystem, entry.key),
                           .reference_chips = figure_at<double>(fields, "/reference_chips", "0.55"),
                           .site_power = figure_at<Watts>(fields, "/site_power", "1.6 kW")});
  }
  return equivalents;
}

contract::PricePaths read_price_paths(const ReadingState& state) {
  const ObjectReader fields = state.root.object("/price_paths");
  contract::PricePaths paths;
  paths.same_chip = figure_at<double>(fields, "/same_chip", "0.85x");
  paths.on_demand_same_chip = figure_or(fields, "/on_demand_same_chip", "0.92x", paths.same_chip);
  paths.price_performance_new = figure_at<double>(fields, "/price_performance_new_chip", "1.25x");
  return paths;
}

std::optional<contract::LaterMarket> read_later_market(const ReadingState& state) {
  const auto value = state.root.find("/later_market");
  if (!value) return std::nullopt;
  const ObjectReader fields = value->object();
  return contract::LaterMarket{.premium = figure_at<double>(fields, "/premium", "10%"),
                               .lead = figure_at<Seconds>(fields, "/lead", "3 months"),
                               .cap = figure_at<MoneyRate>(fields, "/cap", "40e9 USD/year"),
                               .cap_per_year = figure_or(fields, "/cap_per_year", "1.2x", 1.0)};
}

std::optional<contract::OutsideOption> read_outside_option(const ReadingState& state) {
  const auto value = state.root.find("/outside_option");
  if (!value) return std::nullopt;
  const ObjectReader fields = value->object();
  return contract::OutsideOption{.name = fields.text("/name"),
                                 .price = figure_at<TokenPrice>(fields, "/price", "0.60 USD/Mtok"),
                                 .allowed_share = share_or(fields, "/allowed_share", 1.0)};
}

std::vector<contract::Site> read_sites(ReadingState& state,
                                       std::vector<contract::Contract>& contracts) {
  std::vector<contract::Site> sites;
  for (const Value& item : state.root.list("/sites")) {
    const ObjectReader fields = item.object();
    contract::Site site;
    site.name = state.names.define(NameKind::kSite, fields.at("/name"));
    site.supplier =
        state.names.refer({NameKind::kSupplier, NameKind::kParty}, fields.at("/supplier"));
    site.contract = state.names.refer_if_given({NameKind::kContract}, fields, "/contract");
    site.power = figure_at<Watts>(fields, "/power", "1.2 GW");
    site.energised = by_month<Watts>(fields.at("/energised"), "0.3 GW");
    fields.find("/note");
    for (contract::Contract& served : contracts) {
      if (served.name == site.contract) served.sites.push_back(site.name);
    }
    sites.push_back(std::move(site));
  }
  return sites;
}

contract::TriangularDelay read_slip(const ReadingState& state) {
  const auto value = state.root.find("/slip");
  if (!value) return {};
  const ObjectReader fields = value->object();
  fields.find("/source");
  fields.find("/assume");
  fields.choice<int>("/shape", {{"triangular", 0}});
  const contract::TriangularDelay slip{
      .low = figure_at<Seconds>(fields, "/low", "0 months").in(1.0_months),
      .mode = figure_at<Seconds>(fields, "/mode", "2 months").in(1.0_months),
      .high = figure_at<Seconds>(fields, "/high", "14 months").in(1.0_months)};
  if (!(slip.low <= slip.mode && slip.mode <= slip.high)) {
    value->reject("low, mode and high in this order", "another order");
  }
  return slip;
}

}  // namespace offtake::book
