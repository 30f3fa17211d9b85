#pragma once

#include <optional>

#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/disaggregation.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/serving_assumptions.hpp"
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

/// The same deployment at the same concurrency on a system whose figures may differ; nothing when
/// the system cannot hold its layout.
std::optional<SteadyState> state_on(const Deployment& deployment,
                                    const model::ModelArchitecture& model,
                                    const hardware::System& system, const RequestShape& request,
                                    const ServingAssumptions& assumptions);

/// What users of two pools feel, as that of a replica is said; `decoding` is of one worker.
SteadyState steady_state(const DisaggregatedState& pools);

}  // namespace offtake::perf
