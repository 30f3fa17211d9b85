#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// In which order the stages of a pipeline run their passes.
enum class Schedule {
  /// Each stage alternates one forward and one backward pass; with more than one virtual stage,
  /// each stage holds several groups of layers and the schedule interleaves them.
  /// Source: Narayanan et al., "Efficient large-scale language model training on GPU clusters using
  /// Megatron-LM", SC 2021.
  k1F1B,
  /// The same, with the gradients of weights computed apart from those of inputs, and later, while
  /// a stage would wait.
  /// Source: Qi, Wan, Huang, Lin, "Zero bubble pipeline parallelism", ICLR 2024: ZB-H1.
  kZeroBubble,
  /// Micro-batches enter at both ends, so that each rank holds two stages and runs a forward pass
  /// beside a backward pass of the other direction.
  /// Source: DeepSeek-AI, "DeepSeek-V3 technical report", 2024.
  kDualPipe,
};

/// A step of a pipeline.
struct PipelineSchedule {
  int stages = 1;
  int virtual_stages = 1;
  int micro_batches = 1;
  Schedule kind = Schedule::k1F1B;
};

/// One micro-batch in all layers of one stage.
struct StagePass {
  Seconds forward;
  Seconds input_gradient;
  Seconds weight_gradient;

  constexpr Seconds total() const { return forward + input_gradient + weight_gradient; }
};

/// Time for which a stage waits in one step, F, B and W being the three parts of `pass` and m and p
/// the micro-batches and stages.
///
/// 1F1B: (p - 1) (F + B + W) / v; where the micro-batches do not fill the last round of an
/// interleaved schedule, the missing ones leave gaps of (v - 1) (p - m mod p) (F + B + W) / v more.
/// Zero bubble: (p - 1) (F + B) - (min(m, p) - 1) W. DualPipe:
/// (p / 2 - 1) (F + B + max(F, B) - W), where B is at least F the report's
/// (p / 2 - 1) (F&B + B - 3 W), its B being this B + W and its F&B the sum. Both hold where W is
/// the least of the three.
Seconds pipeline_bubble(const PipelineSchedule& schedule, const StagePass& pass);

/// Micro-batches whose activations `stage` holds at its fullest, a part of its layers
/// counting as a part, and never more than all. 1F1B: p - i of stage i, or
/// (2 (p - 1 - i) + (v - 1) p + 1) / v when interleaved. Zero bubble: p on each stage, as those
/// that wait for their weights' gradients are kept whole. DualPipe: p + 1 on each rank.
double micro_batches_in_flight(const PipelineSchedule& schedule, int stage);

/// Times one micro-batch's activations leave a stage forward in one step, per micro-batch: one for
/// each of its virtual stages; none without a pipeline.
int transfers_per_micro_batch(const PipelineSchedule& schedule);

/// Stages whose weights each rank holds: two in DualPipe.
constexpr int stages_held(Schedule schedule) { return schedule == Schedule::kDualPipe ? 2 : 1; }

}  // namespace offtake::perf
