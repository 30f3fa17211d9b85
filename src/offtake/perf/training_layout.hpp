#pragma once

#include "offtake/perf/parallel_layout.hpp"
#include "offtake/perf/pipeline_schedule.hpp"
#include "offtake/perf/training_job.hpp"

namespace offtake::perf {

/// What the backward pass computes again rather than keeps.
enum class Recompute {
  kNone,       ///< Nothing.
  kSelective,  ///< The attention scores; free of cost where a fused kernel never stores them.
  kFull,       ///< The whole layer from its input.
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

/// How one training step is run on its chips.
struct TrainingLayout {
  ParallelLayout parallel;
  int virtual_stages = 1;  ///< Groups of layers a stage holds; above one the schedule interleaves.
  int micro_batch = 1;     ///< Samples that one pass through a stage carries.
  Recompute recompute = Recompute::kNone;
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

  bool operator==(const TrainingLayout&) const = default;
};

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
