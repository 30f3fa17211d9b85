#pragma once

#include <string>

#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// What a chip of a system does in reference chips, and the site power it takes. For systems that
/// no performance model knows yet, and to compare with it for those it knows.
struct ChipEquivalent {
  std::string system;
  double reference_chips = 1.0;  ///< Work of one chip over that of the reference chip.
  Watts site_power;              ///< A chip, with network and cooling.
};

}  // namespace offtake::contract
