#pragma once

#include "offtake/perf/training_assumptions.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_rates.hpp"
#include "offtake/perf/training_work.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Time that one micro-batch spends computing on one chip, forward and backward, by what is
/// computed. Communication is not in it.
struct ComputeTime {
  Seconds products;   ///< Of attention's projections and dense feed-forwards.
  Seconds experts;    ///< Of routed experts.
  Seconds attention;  ///< Scores and weighted values.
  Seconds elementwise;
  Seconds recompute;  ///< All that the backward pass computes a second time.
  Seconds launches;   ///< Gaps between kernels.

  // Of these times together, what a pipeline's schedule tells apart.
  Seconds forward;
  Seconds weight_gradients;

  constexpr Seconds total() const {
    return products + experts + attention + elementwise + recompute + launches;
  }
};

/// What one micro-batch is to one chip.
struct MicroBatch {
  double tokens = 0;       ///< That one tensor group works on: samples x sequence / context ranks.
  bool quantised = false;  ///< The layers' products run in 8 bits or fewer.
  double recomputed = 0;   ///< Share of the layers that run their forward pass twice.
};

/// All layers of the model, as if one stage held them.
ComputeTime layers_time(const MicroBatch& batch, const TrainingWork& work,
                        const TrainingLayout& layout, const TrainingRates& rates,
                        const TrainingAssumptions& assumptions);

/// The output layer: a 16-bit product, forward and backward, and the loss over the vocabulary.
Seconds logits_time(const MicroBatch& batch, const TrainingWork& work, const TrainingLayout& layout,
                    const TrainingRates& rates, const TrainingAssumptions& assumptions);

}  // namespace offtake::perf
