#pragma once

#include <cstdint>

#include "offtake/base/quantile_sketch.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// What the replicas of a pool have done.
struct PoolTally {
  SimTime busy;  ///< Time in steps, summed over replicas.
  std::int64_t steps = 0;
  std::int64_t runs = 0;  ///< Of equal steps; the events that a simulation takes for them.
  std::int64_t prompt_tokens_computed = 0;
  std::int64_t prompt_tokens_cached = 0;  ///< Found in a prefix cache.
  std::int64_t tokens_generated = 0;
  std::int64_t preemptions = 0;
  QuantileSketch inter_token;  ///< Seconds between two tokens of a sequence.

  void merge(const PoolTally& other);
};

}  // namespace offtake::serve
