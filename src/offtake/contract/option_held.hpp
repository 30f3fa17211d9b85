#pragma once

#include <optional>
#include <string>
#include <variant>

#include "offtake/contract/port.hpp"
#include "offtake/units/month.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// Signed but not binding: each tranche is a decision of the plan.
struct OptionHeld {
  std::string name;
  std::string supplier;
  std::string system;
  Watts tranche;
  int tranches = 1;
  Month earliest;
  std::optional<Month> latest;
  /// A price a chip, or dollars for site power over time ("8e9 USD/GW/year").
  std::variant<ChipPrice, EnergyPrice> price;
  std::optional<Seconds> term;
  double relative_throughput_per_power =
      1.0;               ///< Against the reference chip's system; used with EnergyPrice.
  double success = 1.0;  ///< Probability that the chip comes and works at all.
  double firm_share = 0.0;
  std::string warrant;  ///< Vests with each tranche; may be empty.
  std::string equity;   ///< An EquityLine that pays with each tranche; may be empty.
  std::optional<Port> port;
};

}  // namespace offtake::contract
