#pragma once

#include <map>
#include <string>

#include "offtake/units/quantity.hpp"

namespace offtake::demand {

/// The chip in which needs are counted, and how the counts of tokens and operations become chips.
/// The `work` of each workload was set so that with these figures the first year costs what it
/// cost; so whoever changes one must look at the other.
struct ReferenceChip {
  std::string system;    ///< Catalogue id, such as "gb200-nvl72".
  ChipTokenRate tokens;  ///< Input and output of the stand-in model at its objective, a chip.
  double load = 0.5;     ///< Mean over peak: the share of `tokens` that a held chip serves.
  ChipPrice price;       ///< Committed, at the book's start.
  ComputeRate flops;     ///< Peak a chip of the format in which ComputeWork is stated.
  double price_performance_per_year = 1.25;  ///< Factor on the work a dollar buys, a year.
};

}  // namespace offtake::demand
