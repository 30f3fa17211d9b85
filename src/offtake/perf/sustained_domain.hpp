#pragma once

#include <array>
#include <optional>

#include "offtake/hardware/interconnect_domain.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// An interconnect domain as a collective feels it: sustained rates, no sources.
struct SustainedDomain {
  hardware::Topology topology = hardware::Topology::kSwitched;
  int chips = 1;
  std::array<hardware::TorusDimension, 3> dimensions{};  ///< Of a torus; unused ones have one chip.
  int dimension_count = 0;
  int wrap_unit = 0;
  Bandwidth bandwidth;  ///< Per chip and direction, all links, sustained.
  Seconds latency;      ///< Of one step.
  Seconds fixed;        ///< Of one collective of eight ranks, beside its steps.
};

SustainedDomain sustained_domain(const hardware::InterconnectDomain& domain,
                                 double bandwidth_fraction, Seconds fixed);

/// The networks of a system under a software stack.
struct SustainedNetwork {
  SustainedDomain scale_up;
  std::optional<SustainedDomain> scale_out;
};

/// A stack that gives its collectives a time of their own has kernels for small messages; behind a
/// switch that time holds all latency, not the vendor library's steps.
SustainedNetwork sustained_network(const hardware::System& system,
                                   const hardware::Efficiency& efficiency);

}  // namespace offtake::perf
