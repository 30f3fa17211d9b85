#pragma once

#include <string>

#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// Tokens bought ready-made instead of chips.
struct OutsideOption {
  std::string name;
  TokenPrice price;            ///< Input and output together.
  double allowed_share = 1.0;  ///< Of each workload in each month and region.
};

}  // namespace offtake::contract
