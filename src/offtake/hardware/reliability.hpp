#pragma once

#include "offtake/base/sourced.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::hardware {

/// What keeps a long training run from training: how often chips fail, with their share of host,
/// network and software, and what a stack and a site need to carry on.
struct Reliability {
  Sourced<ChipRate> failure_rate;           ///< Unplanned interruptions of a job, for each chip.
  Sourced<Seconds> restart;                 ///< Detection to start-up; loading comes on top.
  Sourced<Bandwidth> checkpoint_bandwidth;  ///< To and from storage, for each chip of the job.
  /// Share of a checkpoint's write for which training stands: one where it is synchronous.
  Sourced<double> checkpoint_stall;
  Sourced<double> evaluation;   ///< Share of the running time spent on evaluation.
  Sourced<double> maintenance;  ///< Share of the elapsed time in planned stops.
};

}  // namespace offtake::hardware
