#pragma once

#include <map>
#include <string>

#include "offtake/units/quantity.hpp"

namespace offtake::contract {

/// The work of making software run well on a system, done once for each system (all its offers and
/// contracts share it). It succeeds or not as a whole: after a failure no work moves to the system,
/// and what was signed for it is owed all the same.
struct Port {
  Dollars cost;
  Seconds time;          ///< No use before it is over; bills run from the start of delivery.
  double success = 1.0;  ///< Probability.
  std::map<std::string, double> workloads;  ///< Share of each that may move; empty: all of all.
  std::string shared_with;  ///< Name of a system whose port serves this one too; may be empty.
};

}  // namespace offtake::contract
