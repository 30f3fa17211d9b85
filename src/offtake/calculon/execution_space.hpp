#pragma once

#include <vector>

#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/transformer.hpp"

namespace offtake::calculon {

/// Which executions a search tries: those of Calculon's llm-optimal-execution, in its order.
struct ExecutionSpace {
  int chips = 1;
  int batch_max = 1;  ///< Samples; each number of replicas takes its largest multiple up to this.
  bool tensor_overlap = true;
  bool data_overlap = true;
  bool offload = true;
  /// Larger micro-batches are not tried after one with which nothing fits (its option -m).
  bool stops_at_misfit = false;
};

/// Everything.
ExecutionSpace whole_space(int chips, int batch_max);
/// Without overlap and offload, and stopping at a misfit.
ExecutionSpace reduced_space(int chips, int batch_max);

/// How the chips are split.
struct ChipSplit {
  int tensor = 1;
  int pipeline = 1;
  int data = 1;
  int batch = 1;
};

/// All splits of the space: tensor ranks that the model splits over, stages of equal blocks.
std::vector<ChipSplit> chip_splits(const Transformer& model, const ExecutionSpace& space);

/// Choices for one block on `tensor` ranks, but the micro-batch and the network.
std::vector<BlockOptions> block_variants(int tensor, const ExecutionSpace& space);

std::vector<int> interleavings(const Transformer& model, const ChipSplit& split);
std::vector<bool> optimizer_shardings(const ChipSplit& split);
std::vector<bool> data_overlaps(const ChipSplit& split, const ExecutionSpace& space);
std::vector<Offload> offloads(Recompute recompute, const ExecutionSpace& space);
std::vector<int> micro_batches(const Transformer& model, const ChipSplit& split);

/// On which network the ranks of each kind lie; ranks that are alone are put on the first.
struct Placement {
  int tensor_network = 0;
  int pipeline_network = 0;
  int data_network = 0;
};
std::vector<Placement> placements(const ChipSplit& split);

/// Whether the space has `first` before `second`: settles ties.
bool tried_before(const Execution& first, const Execution& second);

}  // namespace offtake::calculon
