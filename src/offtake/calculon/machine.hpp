#pragma once

#include <array>
#include <expected>
#include <string>

#include "offtake/hardware/calculon_figures.hpp"
#include "offtake/hardware/efficiency_curve.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

/// Units of a chip that compute, and the share of their peak that an operation sustains.
struct Engine {
  ComputeRate peak;
  hardware::EfficiencyCurve efficiency;  ///< By the FLOP of the operation.

  Seconds time(Flops work) const;
};

/// A memory, and the share of its bandwidth that an operation sustains.
struct Store {
  Bytes capacity;
  Bandwidth bandwidth;
  hardware::EfficiencyCurve efficiency;  ///< By the bytes of the operation.

  Seconds time(Bytes moved) const;
};

enum class Collective { kReduceScatter, kAllGather, kAllReduce };

/// One of the networks between chips. Each collective has the network's one latency, whatever its
/// ranks.
struct Network {
  using Traffic = hardware::CalculonFigures::Traffic;

  int chips = 1;
  Bandwidth sustained;  ///< Per chip and direction.
  Seconds latency;
  double compute_share = 0.0;  ///< Of the chip's compute while communication runs beside it.
  bool must_be_filled = false;
  std::array<Traffic, 3> traffic;  ///< By Collective.

  /// latency + buffer x per_byte x (1 - own_share / ranks) / sustained.
  Seconds time(Collective collective, Bytes buffer, int ranks) const;
  /// Of a message from one chip to another.
  Seconds time(Bytes message) const;
};

/// What Calculon's model knows of a system.
struct Machine {
  Engine matrix;
  Engine vector;
  Store memory;
  Store host_memory;
  std::array<Network, 2> networks;  ///< The one with fewer chips first.
};

/// The system as a Machine, or what it lacks.
std::expected<Machine, std::string> machine_of(const hardware::System& system);

}  // namespace offtake::calculon
