#pragma once

#include <cstdint>
#include <vector>

#include "offtake/units/sim_time.hpp"

namespace offtake::demand {

/// One request for a completion, as a trace or an arrival process gives it.
struct Request {
  SimTime arrival;
  std::int32_t input = 1;   ///< Tokens of the prompt; at least one.
  std::int32_t output = 1;  ///< Tokens that will be generated, the first included; at least one.
  std::int32_t service_class = 0;  ///< Index into the classes of the run.
  std::uint64_t session = 0;       ///< Of a conversation of several turns or a user; zero is none.
  /// A name for each whole block of the prompt and all that stands before it, so equal names mean
  /// equal prefixes; they may go on over the blocks of the output, for a next turn to find. Empty
  /// where nothing is known of prefixes.
  std::vector<std::uint64_t> prefix_blocks;
};

}  // namespace offtake::demand
