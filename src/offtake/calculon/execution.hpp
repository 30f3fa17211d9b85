#pragma once

#include <cstdint>

namespace offtake::calculon {

/// Which activations the backward pass computes again. The order is that of the search.
enum class Recompute {
  kFull,
  kAttention,  ///< Scores, softmax and dropout of the attention.
  kNone,
};

/// How tensor ranks come to have what each needs. The order is that of the search.
enum class TensorExchange {
  kAllReduce,        ///< After each half of a block.
  kScatteredStages,  ///< The same, and the stages of the pipeline pass on a slice from each rank.
  kSequence,  ///< Reduce-scatter and all-gather: between them each rank has a slice of the tokens.
};

/// Whether products beside the exchange of tensor ranks are cut in tiles to hide it.
enum class TensorOverlap {
  kNone,
  kRing,
  kPipe,  ///< One tile stays in the open.
};

/// What of one block a search computes once: all that does not depend on the other blocks.
struct BlockOptions {
  int tensor = 1;          ///< Ranks that share the block.
  int tensor_network = 0;  ///< Index of Machine::networks.
  int micro_batch = 1;     ///< Samples.
  Recompute recompute = Recompute::kNone;
  TensorExchange exchange = TensorExchange::kAllReduce;
  TensorOverlap overlap = TensorOverlap::kNone;
  /// All-gathers of kSequence are done again in the backward pass, so that their output need not
  /// be kept.
  bool gather_again = false;
  bool fused_activation = true;  ///< GeLU with the product before it: nothing of it is kept.

  bool operator==(const BlockOptions&) const = default;
};

/// What lies in the host's memory and comes when its block is due.
struct Offload {
  bool weights = false;
  bool activations = false;
  bool optimizer = false;

  bool any() const { return weights || activations || optimizer; }
  bool operator==(const Offload&) const = default;
};

/// How a batch is trained on `chips()` chips.
struct Execution {
  BlockOptions block;
  int pipeline = 1;  ///< Stages.
  int data = 1;      ///< Replicas.
  int pipeline_network = 0;
  int data_network = 0;
  int batch = 1;         ///< Samples of all replicas.
  int interleaving = 1;  ///< Groups of blocks that a stage holds.
  bool sharded_optimizer = false;
  bool data_overlap = false;  ///< Gradients are exchanged beside the backward pass.
  Offload offload;

  std::int64_t chips() const { return std::int64_t{block.tensor} * pipeline * data; }
  /// Of one replica.
  int micro_batches() const { return batch / data / block.micro_batch; }
  int optimizer_ranks() const { return sharded_optimizer ? data : 1; }

  bool operator==(const Execution&) const = default;
};

/// How the blocks of the first stage are dealt out; it holds as many as any other.
struct StageShape {
  int blocks = 1;
  int chunks = 1;   ///< Groups; a micro-batch visits all stages between one and the next.
  int missing = 0;  ///< Stages that hold one block less.
  int chunk_blocks() const { return blocks / chunks; }
};

StageShape stage_shape(int blocks, const Execution& execution);

}  // namespace offtake::calculon
