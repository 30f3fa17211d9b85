#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Time of one pass through all layers, by part; the parts sum to the total.
struct StepCost {
  Seconds projections;   ///< Queries, keys, values and outputs of attention.
  Seconds attention;     ///< Scores and values over the cache or among the chunk.
  Seconds feed_forward;  ///< Dense layers and shared experts.
  Seconds experts;       ///< Routed experts.
  Seconds activations;   ///< Norms, residuals, inputs and outputs of products.
  Seconds logits;
  Seconds collectives;  ///< Among the ranks of a stage.
  Seconds pipeline;     ///< Between stages.
  Seconds draft;        ///< All passes of the drafter, where tokens are drafted.
  Seconds fixed;        ///< What no roofline knows: layers, scheduler, sequences.

  constexpr Seconds total() const {
    return projections + attention + feed_forward + experts + activations + logits + collectives +
           pipeline + draft + fixed;
  }
  /// What keeps the matrix engines or the memory busy.
  constexpr Seconds busy() const {
    return projections + attention + feed_forward + experts + activations + logits + draft;
  }

  constexpr StepCost& operator+=(const StepCost& other) {
    projections += other.projections;
    attention += other.attention;
    feed_forward += other.feed_forward;
    experts += other.experts;
    activations += other.activations;
    logits += other.logits;
    collectives += other.collectives;
    pipeline += other.pipeline;
    draft += other.draft;
    fixed += other.fixed;
    return *this;
  }
  constexpr StepCost& operator*=(double factor) {
    projections *= factor;
    attention *= factor;
    feed_forward *= factor;
    experts *= factor;
    activations *= factor;
    logits *= factor;
    collectives *= factor;
    pipeline *= factor;
    draft *= factor;
    fixed *= factor;
    return *this;
  }
  friend constexpr StepCost operator+(StepCost a, const StepCost& b) { return a += b; }
  friend constexpr StepCost operator*(double factor, StepCost cost) { return cost *= factor; }
};

}  // namespace offtake::perf
