#pragma once

#include "offtake/perf/parallel_layout.hpp"

namespace offtake::perf {

/// Ranks that share each expert's matrices: the tensor ranks when every rank of them holds all
/// experts, none when experts are dealt out.
/// Source: NVIDIA, "MoE parallel folding", 2025: experts take their ranks from a whole stage.
constexpr int expert_tensor_ranks(const ParallelLayout& layout) {
  return layout.expert > 1 ? 1 : layout.tensor;
}

/// Ranks of a stage that hold the same experts, so reduce their gradients together.
constexpr int expert_replicas(const ParallelLayout& layout) {
  return layout.chips_per_stage() / (layout.expert * expert_tensor_ranks(layout));
}

}  // namespace offtake::perf
