#pragma once

#include <string>
#include <string_view>

#include "offtake/demand/arrival_process.hpp"

namespace offtake::fleet {

/// Reads how requests come from a user's file: `process: poisson`, `gamma`, `modulated` or `cyclic`
/// with the figures of each, as docs/method/serve-traces.md lists them. Throws one InputError with
/// every problem.
demand::ArrivalProcess read_arrivals(std::string name, std::string_view text);

}  // namespace offtake::fleet
