#pragma once

#include <optional>
#include <vector>

#include "offtake/base/sourced.hpp"
#include "offtake/hardware/collective_library.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

enum class Topology {
  kSwitched,          ///< Any chip reaches any other at its full bandwidth.
  kSwitchedReducing,  ///< The same, and the switch adds up (NVLink SHARP).
  kRing,              ///< Two neighbours, half the bandwidth to each.
  kTorus,             ///< A grid of two or three dimensions, two links in each.
  kFullMesh,          ///< One direct link to every other chip, each an equal share.
};

/// One direction of a torus.
struct TorusDimension {
  int chips = 1;
  bool wraps = true;  ///< The last chip has a link to the first.
};

/// Chips that reach one another in one kind of network: an NVLink island, a NeuronLink torus, a TPU
/// pod, or the Ethernet between nodes.
struct InterconnectDomain {
  Topology topology = Topology::kSwitched;
  int chips = 1;
  std::vector<TorusDimension> dimensions;  ///< Of a torus; their product is `chips`.
  /// A slice of a torus whose side is a multiple of this wraps too, by optical switches (TPU v4
  /// and v5p: 4). Zero: only a whole dimension wraps.
  int wrap_unit = 0;
  Sourced<Bandwidth> bandwidth;  ///< Per chip and direction, all its links, by the data sheet.
  Sourced<Seconds> latency;      ///< Of one step of a collective, software included.
  /// Share of the chip's compute that a running collective takes; zero where copy engines do it.
  Sourced<double> compute_share;
  std::optional<CollectiveLibrary> library;  ///< Where one was measured on this domain.
};

}  // namespace offtake::hardware
