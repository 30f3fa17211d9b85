#pragma once

#include <optional>

#include "offtake/hardware/reliability.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// What a checkpoint costs. Training stands while its state is copied away; work is safe only when
/// the write behind it has ended too.
struct CheckpointCost {
  Seconds stall;
  Seconds background;  ///< From the end of the stall; nothing when the write is synchronous.

  constexpr Seconds write() const { return stall + background; }
};

/// The time of writing `state` from all chips at once, with the share that `reliability` says
/// standing.
CheckpointCost checkpoint_cost(const hardware::Reliability& reliability, Bytes state, Chips chips);

/// What interrupts a job, as times.
struct Interruptions {
  Hertz failure_rate;  ///< Of the whole job: chips times the rate of one.
  Seconds restart;     ///< From a failure to training again, loading included.
  CheckpointCost checkpoint;
  double evaluation = 0.0;   ///< Share of the running time.
  double maintenance = 0.0;  ///< Share of the elapsed time.
};

Interruptions interruptions(const hardware::Reliability& reliability, Bytes state, Chips chips);

/// The training between two checkpoints that wastes least: the root of
/// t / M = 1 - exp(-(t + d) / M) for a mean time M between failures and a stall d, about
/// sqrt(2 d M) where d is small; never below `least` or the write behind. Nothing when nothing
/// fails: no checkpoint is needed.
/// Sources: Young, CACM 17(9), 1974; Daly, "A higher order estimate of the optimum checkpoint
/// interval for restart dumps", Future Generation Computer Systems 22(3), 2006.
std::optional<Seconds> best_checkpoint_interval(const Interruptions& job, Seconds least);

/// Where the elapsed time of a run goes, as shares that sum to one.
struct Goodput {
  double training = 1.0;  ///< Steps that count: the goodput itself.
  double checkpoint = 0.0;
  double lost_work = 0.0;  ///< Steps done again because a failure undid them.
  double restart = 0.0;
  double evaluation = 0.0;
  double maintenance = 0.0;

  constexpr double total() const {
    return training + checkpoint + lost_work + restart + evaluation + maintenance;
  }
};

/// Exact for failures that come as a Poisson process at any time, restarts and checkpoints
/// included: t of training takes M exp((R + w) / M) (exp((t + d) / M) - 1), R the restart and w the
/// write behind, by which a failure falls back further. Of it 1 - exp(-R / M) is spent restarting.
/// For (t + d + R + w) / M small this is 1 / (1 + d / t + (t / 2 + R + w) / M). Evaluation is a
/// share of what would train, maintenance comes on top. `interval` is above zero.
/// Source: Daly, 2006, equation 20, for w = 0; with w by renewal at the end of each write.
Goodput goodput(const Interruptions& job, std::optional<Seconds> interval);

}  // namespace offtake::perf
