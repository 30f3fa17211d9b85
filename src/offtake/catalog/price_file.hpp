#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/units/month.hpp"
#include "offtake/units/parse_quantity.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

enum class PriceKind {
  kRental,    ///< A chip by the hour.
  kDiscount,  ///< Off the price on demand.
  kPurchase,  ///< Of a chip, board or rack.
  kSite,      ///< Of a gigawatt of data centre, once or a year.
  kPower,     ///< Electricity, and site power over IT power.
  kRelative,  ///< Of one system against another.
};

enum class PriceStatus {
  kList,        ///< On the seller's list.
  kUnverified,  ///< Said to be on the seller's list, by one indirect source.
  kObserved,    ///< An average over offers.
  kVendor,      ///< Said by the seller outside its list.
  kAnalyst,
  kSecondary,  ///< Repeated by the press or a compilation.
  kNotPublic,  ///< Looked for and not found; kept so that no one looks again.
};

/// One price as it stood on a day.
struct Price {
  PriceKind kind = PriceKind::kRental;
  std::string provider;
  std::string product;
  std::string system;  ///< Id; empty when it is of none.
  std::string chip;    ///< Id; empty when it is of none.
  std::optional<int> chips;
  std::string term;    ///< "on-demand", "capacity-block", "1-year"...; empty when it has none.
  std::string region;  ///< Empty: not said.
  std::optional<ChipPrice> price;
  std::optional<MoneyRate> instance_price;
  std::optional<ParsedQuantity> amount;  ///< Of kinds other than a rental, with its dimension.
  std::string amount_text;               ///< The same as written: "50e9 USD/GW".
  std::string per;                       ///< What the amount is for, beyond its unit: "rack".
  std::optional<double> discount;        ///< Share off the price on demand.
  Date date;
  PriceStatus status = PriceStatus::kList;
  std::string source;
  std::string note;
};

/// Reads a file of prices; its problems stay with the reader.
std::vector<Price> read_prices(const yaml::ObjectReader& file);

}  // namespace offtake::catalog
