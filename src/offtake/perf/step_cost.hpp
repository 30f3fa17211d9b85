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
};

}  // namespace offtake::perf
