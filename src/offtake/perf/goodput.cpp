#include "offtake/perf/goodput.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::perf {

CheckpointCost checkpoint_cost(const hardware::Reliability& reliability, Bytes state, Chips chips) {
  const Bandwidth storage = chips.base_units() * reliability.checkpoint_bandwidth.value;
  expects(storage > Bandwidth{}, "a checkpoint can be written");
  const Seconds write = state / storage;
  const double stall = reliability.checkpoint_stall.value;
  return {.stall = stall * write, .background = (1.0 - stall) * write};
}

Interruptions interruptions(const hardware::Reliability& reliability, Bytes state, Chips chips) {
  const CheckpointCost checkpoint = checkpoint_cost(reliability, state, chips);
  return {.failure_rate = reliability.failure_rate.value * chips,
          .restart = reliability.restart.value + checkpoint.write(),
          .checkpoint = checkpoint,
          .evaluation = reliability.evaluation.value,
          .maintenance = reliability.maintenance.value};
}

std::optional<Seconds> best_checkpoint_interval(const Interruptions& job, Seconds least) {
  if (job.failure_rate <= Hertz{}) return std::nullopt;
  const double stall = job.checkpoint.stall * job.failure_rate;
  // Newton's method from the right of the root of a convex function: it falls to the root.
  double interval = 1.0;
  for (int round = 0; round < 64; ++round) {
    const double shrunk = std::expm1(-(interval + stall));
    if (shrunk == 0.0) break;
    interval += (interval + shrunk) / shrunk;
  }
  const Seconds best = std::max(interval, 0.0) / job.failure_rate;
  return std::max({best, job.checkpoint.background, least});
}

Goodput goodput(const Interruptions& job, std::optional<Seconds> interval) {
  expects(!interval || *interval > Seconds{}, "checkpoints are apart");
  expects(interval || job.failure_rate <= Hertz{}, "work that can fail is kept");
  Goodput shares;
  if (interval) {
    const double training = *interval * job.failure_rate;
    const double stall = job.checkpoint.stall * job.failure_rate;
    const double restart = job.restart * job.failure_rate;
    const double behind = job.checkpoint.background * job.failure_rate;
    if (job.failure_rate <= Hertz{}) {
      shares.training = *interval / (*interval + job.checkpoint.stall);
    } else {
      shares.training = training / (std::exp(restart + behind) * std::expm1(training + stall));
    }
    shares.checkpoint = shares.training * (job.checkpoint.stall / *interval);
    shares.restart = -std::expm1(-restart);
    shares.lost_work = std::max(0.0, 1.0 - shares.training - shares.checkpoint - shares.restart);
  }
  const double up = 1.0 - job.maintenance;
  shares.checkpoint *= up;
  shares.restart *= up;
  shares.lost_work *= up;
  shares.evaluation = up * shares.training * job.evaluation;
  shares.training *= up * (1.0 - job.evaluation);
  shares.maintenance = job.maintenance;
  return shares;
}

}  // namespace offtake::perf
