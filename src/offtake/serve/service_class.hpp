#pragma once

#include <optional>
#include <string>

#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// What every request of a class is promised; a limit that is absent holds.
struct ServiceObjective {
  std::optional<SimTime> ttft;  ///< From arrival to the first token.
  std::optional<SimTime> tpot;  ///< Mean time between its tokens.
  std::optional<SimTime> e2e;   ///< From arrival to the last token.

  bool operator==(const ServiceObjective&) const = default;
};

struct ServiceClass {
  std::string name;
  int priority = 0;  ///< Requests of a higher one wait before those of a lower.
  ServiceObjective objective;

  bool operator==(const ServiceClass&) const = default;
};

}  // namespace offtake::serve
