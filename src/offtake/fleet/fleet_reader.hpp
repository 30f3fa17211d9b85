#pragma once

#include <string>
#include <string_view>

#include "offtake/fleet/fleet_file.hpp"

namespace offtake::fleet {

/// Reads a user's fleet from YAML; `name` is what messages call the file.
/// docs/method/serve-fleets.md lists its keys, their units and defaults. Ids of models, systems and
/// numeric formats are not looked up. Throws InputError with every problem, unknown keys included.
FleetFile read_fleet(std::string name, std::string_view text);

}  // namespace offtake::fleet
