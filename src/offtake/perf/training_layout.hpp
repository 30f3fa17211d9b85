#pragma once

#include <algorithm>

#include "offtake/perf/parallel_layout.hpp"
#include "offtake/perf/pipeline_schedule.hpp"
#include "offtake/perf/training_job.hpp"

namespace offtake::perf {

/// What the backward pass computes again rather than keeps.
enum class Recompute {
  kNone,       ///< Nothing.
  kSelective,  ///< The attention scores; free of cost where a fused kernel never stores them.
  kFull,       ///< Each whole layer from its input.
  kBlock,      ///< The same of some layers of each stage; all of the others is kept.
};

/// What the data-parallel ranks split among them rather than each hold in full.
/// Source: Rajbhandari, Rasley, Ruwase, He, "ZeRO: memory optimizations toward training trillion
/// parameter models", SC 2020.
enum class Sharding {
  kNone,
  kZero1,  ///< The optimizer's states.
  kZero2,  ///< And the gradients.
  kZero3,  ///< And the weights, gathered again for each pass (FSDP).
};

/// How ranks that share a sample's tokens attend to all of them.
enum class ContextKind {
  /// Keys and values go round, or are gathered.
  /// Source: Liu, Zaharia, Abbeel, "Ring attention with blockwise transformers", 2023.
  kRing,
  /// Each rank trades its tokens for all tokens of its heads, and back.
  /// Source: Jacobs et al., "DeepSpeed Ulysses", 2023.
  kUlysses,
};

/// How one training step is run on its chips.
struct TrainingLayout {
  ParallelLayout parallel;
  int virtual_stages = 1;  ///< Groups of layers a stage holds; above one the schedule interleaves.
  int micro_batch = 1;     ///< Samples that one pass through a stage carries.
  Recompute recompute = Recompute::kNone;
  int recompute_layers = 0;  ///< Of each stage, with kBlock.
  Sharding sharding = Sharding::kZero1;
  /// Data ranks that shard what `sharding` says among them, with all their context ranks; the other
  /// data ranks hold the same shards again (HSDP). Zero: all shard.
  /// Source: Zhao et al., "PyTorch FSDP: experiences on scaling fully sharded data parallel", VLDB
  /// 2023, hybrid sharding.
  int shard_ranks = 0;
  /// Norms and dropouts split the sequence over the tensor ranks.
  /// Source: Korthikanti et al., "Reducing activation recomputation in large transformer models",
  /// MLSys 2023.
  bool sequence_parallel = true;
  Schedule schedule = Schedule::k1F1B;
  ContextKind context_kind = ContextKind::kRing;

  bool operator==(const TrainingLayout&) const = default;
};

/// Of `layers` of one stage, those that are computed again as a whole.
constexpr double recomputed_layers(const TrainingLayout& layout, double layers) {
  if (layout.recompute == Recompute::kFull) return layers;
  if (layout.recompute != Recompute::kBlock) return 0.0;
  return std::min<double>(layout.recompute_layers, layers);
}

/// Ranks that hold the same shard.
constexpr int shard_copies(const TrainingLayout& layout) {
  return layout.shard_ranks == 0 ? 1 : layout.parallel.data / layout.shard_ranks;
}

/// Micro-batches that each data rank runs in one step.
constexpr int micro_batches(const TrainingLayout& layout, const TrainingJob& job) {
  return job.global_batch / (layout.parallel.data * layout.micro_batch);
}

constexpr PipelineSchedule pipeline_schedule(const TrainingLayout& layout, const TrainingJob& job) {
  return {.stages = layout.parallel.pipeline,
          .virtual_stages = layout.virtual_stages,
          .micro_batches = micro_batches(layout, job),
          .kind = layout.schedule};
}

}  // namespace offtake::perf
