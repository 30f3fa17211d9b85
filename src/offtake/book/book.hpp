#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/book/assumption.hpp"
#include "offtake/book/engine_assumptions.hpp"
#include "offtake/book/readings.hpp"
#include "offtake/contract/buyer_costs.hpp"
#include "offtake/contract/chip_equivalent.hpp"
#include "offtake/contract/contract.hpp"
#include "offtake/contract/funding.hpp"
#include "offtake/contract/offer.hpp"
#include "offtake/contract/option_held.hpp"
#include "offtake/contract/outside_option.hpp"
#include "offtake/contract/party.hpp"
#include "offtake/contract/price_path.hpp"
#include "offtake/contract/site.hpp"
#include "offtake/contract/supplier.hpp"
#include "offtake/demand/demand_process.hpp"
#include "offtake/demand/reference_chip.hpp"
#include "offtake/demand/revenue_timing.hpp"
#include "offtake/demand/workload.hpp"
#include "offtake/units/month.hpp"

namespace offtake::book {

/// The time a book plans for: `years` from `start`, `months_first` monthly steps, then quarters.
struct Horizon {
  Month start;
  int years = 1;
  int months_first = 24;
  std::optional<Month> stress_until;  ///< Last month that stress looks at; absent: the last one.

  int months() const { return 12 * years; }
  Month end() const { return start + months(); }  ///< The first month after it.
};

/// Weights and sampling of the plan's risk measure.
struct Risk {
  double lambda = 0.3;  ///< Weight of CVaR in the objective; 1 - lambda is that of the mean.
  double alpha = 0.95;  ///< Level of CVaR.
  int scenarios = 100;
  unsigned long long seed = 1;
};

/// Where a figure comes from.
struct BookSource {
  std::string id;
  std::string url;
  std::string table;
  std::string row;
  std::string derived;
  std::string note;
};

/// A name in the book that the catalogue must know, and where it stands, so that whoever holds the
/// catalogue can check it and say where it is wrong.
struct CatalogReference {
  enum class Kind { kSystem, kModel };
  Kind kind = Kind::kSystem;
  std::string id;
  Place place;
  std::string path;
};

/// Something a reader could miss, and why it is not in the book.
struct NotIncluded {
  std::string what;
  std::string why;
};

/// A figure the answer should come near, for the report to print beside it.
struct ExpectedFigure {
  std::string name;
  std::string value_text;
  std::optional<double> value;  ///< In base units.
  std::optional<double> low;
  std::optional<double> high;
  Dimension dimension;
  std::string why;  ///< Its source or reasoning.
};

/// Dollars of compute needed by calendar year, as an outside view to compare with.
struct ComputeNeedCheck {
  std::map<int, Dollars> inference;
  std::map<int, Dollars> research;
  std::optional<Dollars> total_low;   ///< 10% of the belief about the sum over those years.
  std::optional<Dollars> total_high;  ///< 90%.
};

/// A user's scenario file, read and checked. Figures are in plain quantities; `assumptions` says of
/// each marked one where it stands, its range and its source.
struct Book {
  std::string name;
  std::string file;
  std::string buyer;
  Date as_of;
  Date knowledge_cutoff;
  Horizon horizon;
  double discount_rate = 0.0;
  std::string unmarked;  ///< What a figure with neither source nor reason is.

  std::vector<demand::Workload> demand;
  demand::RevenueTiming revenue_timing;
  demand::DemandProcess demand_process;
  demand::ReferenceChip reference_chip;

  std::vector<contract::Supplier> suppliers;
  std::vector<contract::Contract> contracts;
  std::vector<contract::OptionHeld> options_held;
  std::vector<contract::Offer> offers;
  std::vector<contract::OfferGroup> groups;
  std::vector<contract::ChipEquivalent> chip_equivalents;
  contract::PricePaths price_paths;
  std::optional<contract::LaterMarket> later_market;
  std::optional<contract::OutsideOption> outside_option;
  std::vector<contract::Site> sites;
  contract::TriangularDelay slip;
  contract::BuyerCosts costs;
  contract::Capital capital;
  contract::Parties parties;

  Readings readings;
  EngineAssumptions engines;
  Risk risk;
  std::vector<std::string>
      value_of;  ///< Offers, groups, contracts, options or equity lines to price.

  ComputeNeedCheck compute_need;
  std::vector<ExpectedFigure> checks;
  std::vector<NotIncluded> not_included;
  std::vector<BookSource> sources;
  std::vector<CatalogReference> catalog_references;
  std::vector<Assumption> assumptions;  ///< In the order of the file.
};

/// Whether the book itself says what a chip of `system` does, so that no performance model need
/// know it.
bool has_equivalent(const Book& book, std::string_view system);

/// The assumption at `path`, or null.
const Assumption* find_assumption(const Book& book, std::string_view path);

}  // namespace offtake::book
