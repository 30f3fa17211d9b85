#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/base/sourced.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// What a vendor's collective library (NCCL, RCCL) takes in one interconnect domain, as a curve
/// fitted to its published tables. `perf/library_collective.hpp` has the equation.
struct CollectiveLibrary {
  /// What a collective takes however few its bytes.
  struct Latency {
    Sourced<Seconds> start;  ///< Of the call.
    Sourced<Seconds> step;   ///< Of each hop of a ring, or of each further peer of an exchange.
  };

  /// What a group of at least `ranks` has. A server whose cards meet through the host has a slower
  /// path once a group leaves a card's neighbour, and again once it leaves the socket.
  struct Path {
    int ranks = 2;
    Sourced<Bandwidth> bandwidth;  ///< Per chip and direction ("bus bandwidth"), of large messages.
  };

  std::string name;               ///< With its version.
  int ranks_max = 2;              ///< The largest group that was measured.
  Latency ring;                   ///< All-reduce, reduce-scatter, all-gather.
  Latency exchange;               ///< All-to-all.
  std::vector<Path> paths;        ///< The first from 2 ranks on, then ascending.
  std::optional<Path> in_switch;  ///< Of an all-reduce that the switch adds up (NVLink SHARP).
  /// Of a rank's own share of the buffer, which no link carries, what counts as if one did: the
  /// library copies it too.
  Sourced<double> own_share;
  /// How soon a growing message reaches the bandwidth, in (0, 1]; 1 is latency plus transfer.
  Sourced<double> knee;
  /// Nine in ten measured times lie between the curve's over 1 + `error` and times 1 + `error`.
  Sourced<double> error;
};

}  // namespace offtake::hardware
