#pragma once

#include <optional>
#include <string>

#include "offtake/base/sourced.hpp"
#include "offtake/hardware/calculon_figures.hpp"
#include "offtake/hardware/chip.hpp"
#include "offtake/hardware/efficiency.hpp"
#include "offtake/hardware/interconnect_domain.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// Power drawn for one chip at the site.
struct SitePower {
  Sourced<Watts> chip_idle;     ///< Package alone, powered and waiting.
  Sourced<Watts> chip_load;     ///< Package alone under full load, at most its design power.
  Sourced<Watts> host;          ///< Processor, memory, network, fans: one chip's share.
  Sourced<double> site_factor;  ///< PUE: site power over IT power, at least 1.
};

/// Chips as they are sold and wired together.
struct System {
  std::string id;
  std::string name;
  std::string provider;
  Chip chip;
  int chips_per_node = 1;    ///< Chips under one host.
  int chips_per_system = 1;  ///< The least that one buys; a deployment may use a part of it.
  InterconnectDomain scale_up;
  std::optional<InterconnectDomain> scale_out;  ///< Between scale-up domains.
  SitePower power;
  Sourced<double> memory_share;   ///< Of the HBM that the stack may use, in (0, 1].
  Sourced<Bytes> memory_reserve;  ///< Per chip: runtime, communication buffers, graphs.
  Efficiency serving;
  Efficiency training;
  std::optional<CalculonFigures> calculon;  ///< For the training profile of that name.
};

}  // namespace offtake::hardware
