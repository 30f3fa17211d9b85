#pragma once

#include "offtake/base/sourced.hpp"
#include "offtake/hardware/efficiency_curve.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// What the model of Calculon asks of a system beyond what `System` holds.
/// Source: Isaev et al., "Calculon: a methodology and tool for high-level co-design of systems and
/// large language models", SC 2023, and the system files of its repository.
struct CalculonFigures {
  /// The bytes that a collective moves over a chip's link for each byte of the buffer:
  /// per_byte (1 - own_share / ranks).
  struct Traffic {
    double per_byte = 1.0;
    double own_share = 0.0;
  };

  struct Network {
    /// The ranks that use it must divide its chips, so that no part of it stays empty.
    bool must_be_filled = false;
    Traffic reduce_scatter;
    Traffic all_gather;
    Traffic all_reduce;
  };

  /// Memory of the host, to which weights, activations and optimizer state may be offloaded.
  struct HostMemory {
    Sourced<Bytes> capacity;  ///< Of one chip.
    Sourced<Bandwidth> bandwidth;
    EfficiencyCurve by_size;  ///< By the bytes of a transfer.
  };

  EfficiencyCurve vector_by_size;  ///< By the FLOP of an operation outside the matrix engines.
  HostMemory host_memory;
  Network scale_up;
  Network scale_out;
};

}  // namespace offtake::hardware
