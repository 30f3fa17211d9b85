#pragma once

#include <string>
#include <vector>

#include "offtake/perf/training_job.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_work.hpp"

namespace offtake::perf {

/// Where a job is to run.
struct TrainingPlace {
  int chips = 1;
  int scale_up_chips = 1;  ///< Of one scale-up domain.
};

/// All that keeps a layout from running the job, in the user's words; empty when nothing does.
/// Whether the memory suffices is not asked here.
std::vector<std::string> layout_problems(const TrainingLayout& layout, const TrainingWork& work,
                                         const TrainingJob& job, const TrainingPlace& place);

/// Tensor ranks share heads and inner widths evenly, and lie in one scale-up domain.
bool tensor_ranks_fit(int tensor, const TrainingWork& work, const TrainingPlace& place);

/// Experts are dealt out evenly, over ranks of one stage.
bool expert_ranks_fit(const ParallelLayout& parallel, const TrainingWork& work);

/// Each group of layers has at least one, the embedding and the output layer counting as one each
/// when the schedule interleaves; then micro-batches run in full rounds. Groups may be uneven.
bool stages_fit(const TrainingLayout& layout, const TrainingWork& work, const TrainingJob& job);

/// A block that is computed again is of the layers that a stage has.
bool recompute_fits(const TrainingLayout& layout, const TrainingWork& work, const TrainingJob& job);

/// Where tokens are traded for heads, each rank of a sample has as many heads.
bool heads_fit(const TrainingLayout& layout, const TrainingWork& work);

/// Ranks that shard divide the data ranks, and what is left of these the ranks that hold the same
/// experts.
bool shards_fit(const TrainingLayout& layout);

/// Zero-bubble and DualPipe schedules run a pipeline of whole stages; DualPipe an even number of
/// them and of micro-batches, at least twice as many as stages (DeepSeek-AI, "DualPipe", 2025).
bool schedule_fits(const TrainingLayout& layout, const TrainingJob& job);

}  // namespace offtake::perf
