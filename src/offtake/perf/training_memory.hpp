#pragma once

#include <string>
#include <vector>

#include "offtake/perf/training_assumptions.hpp"
#include "offtake/perf/training_job.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_work.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Memory of one chip of the fullest pipeline stage, by what it holds.
struct TrainingMemory {
  Bytes weights;
  Bytes gradients;
  Bytes optimizer;
  Bytes activations;
  Bytes logits;
  Bytes gathered;  ///< ZeRO-3: whole layers, between gathering and freeing them.
  Bytes reserved;  ///< Runtime, communication buffers, workspace.

  constexpr Bytes total() const {
    return weights + gradients + optimizer + activations + logits + gathered + reserved;
  }
};

/// A layout needs more memory than a chip has.
struct TrainingDoesNotFit {
  TrainingMemory memory;
  Bytes available;

  constexpr Bytes missing() const { return memory.total() - available; }
};

/// "needs 93.1 GB of 79.6 GB; activations are the largest part, 41.0 GB".
std::string describe(const TrainingDoesNotFit& shortage);

/// What decides which activations are kept.
struct ActivationRules {
  Recompute recompute = Recompute::kNone;
  Bytes product_input;  ///< An element that is kept only as a product's input: 8-bit where it is.
  bool fused_attention = true;
  bool dropout = false;
  double expert_load = 1.0;
};

/// Bytes of activations that one tensor rank keeps of one token in one layer until the layer's
/// backward pass. With dense attention, no gate, dropout and 16 bits these are
/// h (34 + 5 a s / h) / t with sequence parallelism, and h (10 + 24 / t + 5 a s / (h t)) without; a
/// fused kernel, or selective recompute, drops the score term. Full recompute keeps the layer's
/// input, 2 h.
/// Source: Korthikanti et al., "Reducing activation recomputation in large transformer models",
/// MLSys 2023.
Bytes activation_per_token(const LayerWork& layer, const TrainingWork& work,
                           const ActivationRules& rules, const TrainingLayout& layout);

/// What a software stack's ways are to memory.
struct StackMemory {
  Bytes reserved;  ///< Runtime, communication buffers, workspace.
  bool fused_attention = true;
};

/// Memory of one chip of the fullest rank of the pipeline. A stage's layers are taken as the mean
/// of the model's layers.
TrainingMemory training_memory(const TrainingWork& work, const TrainingJob& job,
                               const TrainingLayout& layout, const TrainingAssumptions& assumptions,
                               const StackMemory& stack);

/// The same of each rank of the pipeline, the first stage's first.
std::vector<TrainingMemory> training_memory_by_rank(const TrainingWork& work,
                                                    const TrainingJob& job,
                                                    const TrainingLayout& layout,
                                                    const TrainingAssumptions& assumptions,
                                                    const StackMemory& stack);

}  // namespace offtake::perf
