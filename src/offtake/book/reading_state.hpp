#pragma once

#include <string>
#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/book/name_table.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::book {

/// What the readers of a book's parts share.
struct ReadingState {
  yaml::ObjectReader root;
  NameTable names;
  Horizon horizon;
  Overrides overrides;
  std::vector<CatalogReference> catalog_references;

  /// Reads the id of a system or model, for the catalogue to check.
  std::string catalog_id(CatalogReference::Kind kind, const yaml::Value& value);
  /// Whether the run moves the figure at `path`.
  bool moved(const std::string& path) const { return overrides.contains(path); }
  /// Notes a problem when `month` is not before the horizon's end.
  void check_before_end(Month month, const yaml::Value& value) const;
};

std::vector<demand::Workload> read_demand(ReadingState& state);
demand::RevenueTiming read_revenue_timing(ReadingState& state);
demand::DemandProcess read_demand_process(const ReadingState& state);
/// `price_performance` is that of `price_paths`.
demand::ReferenceChip read_reference_chip(ReadingState& state, double price_performance);

std::vector<contract::Supplier> read_suppliers(ReadingState& state);
std::vector<contract::Contract> read_contracts(ReadingState& state);
std::vector<contract::Offer> read_offers(ReadingState& state);
std::vector<contract::OfferGroup> read_groups(ReadingState& state);
std::vector<contract::OptionHeld> read_options_held(ReadingState& state);
std::optional<contract::Port> read_port(const yaml::ObjectReader& owner, ReadingState& state);

std::vector<contract::ChipEquivalent> read_chip_equivalents(ReadingState& state);
contract::PricePaths read_price_paths(const ReadingState& state);
std::optional<contract::LaterMarket> read_later_market(const ReadingState& state);
std::optional<contract::OutsideOption> read_outside_option(const ReadingState& state);
/// Also lists each site with the contract it serves.
std::vector<contract::Site> read_sites(ReadingState& state,
                                       std::vector<contract::Contract>& contracts);
contract::TriangularDelay read_slip(const ReadingState& state);

contract::BuyerCosts read_costs(ReadingState& state);
contract::Capital read_capital(ReadingState& state);
contract::Parties read_parties(ReadingState& state);

Readings read_readings(const ReadingState& state);
EngineAssumptions read_engine_assumptions(const ReadingState& state);
Risk read_risk(const ReadingState& state);
ComputeNeedCheck read_compute_need(const ReadingState& state);
std::vector<ExpectedFigure> read_checks(const ReadingState& state);
std::vector<BookSource> read_sources(const ReadingState& state);
std::vector<NotIncluded> read_not_included(const ReadingState& state);

}  // namespace offtake::book
