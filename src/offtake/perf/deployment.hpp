#pragma once

#include <optional>

#include "offtake/perf/disaggregation.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/serving_layout.hpp"
#include "offtake/perf/steady_state.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// The pool of prefill workers of a deployment that has one, and how many decode workers it feeds.
struct PrefillPool {
  ServingLayout layout;
  int workers = 1;
  int decode_workers = 1;
  double load = 0;  ///< Share of the most prompts that it can.
  Seconds transfer;
};

/// A layout under a load: one replica whose chips prefill and decode, or two pools.
struct Deployment {
  ServingLayout layout;  ///< Of the replica, or of one decode worker.
  SteadyState state;     ///< Of the replica, or of both pools.
  MemoryUse memory;      ///< Of a chip of the replica, or of a decode worker.
  std::optional<PrefillPool> prefill;

  int chips() const;
  ChipTokenRate output_rate_per_chip() const;
  ChipTokenRate total_rate_per_chip() const;
};

/// What users of two pools feel, as that of a replica is said; `decoding` is of one worker.
SteadyState steady_state(const DisaggregatedState& pools);

}  // namespace offtake::perf
