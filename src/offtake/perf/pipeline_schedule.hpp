#pragma once

#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// A pipeline in which each stage alternates one forward and one backward pass (1F1B); with more
/// than one virtual stage, each stage holds several groups of layers and the schedule interleaves
/// them.
/// Source: Narayanan et al., "Efficient large-scale language model training on GPU clusters using
/// Megatron-LM", SC 2021.
struct PipelineSchedule {
  int stages = 1;
  int virtual_stages = 1;
  int micro_batches = 1;
};

/// Time for which a stage waits in one step, when a forward and a backward pass of one micro-batch
/// through all layers of a stage take `pass`: (p - 1) pass / v. Where the micro-batches do not
/// fill the last round of an interleaved schedule, the missing ones leave gaps of
/// (v - 1) (p - m mod p) pass / v more.
Seconds pipeline_bubble(const PipelineSchedule& schedule, Seconds pass);

/// Micro-batches whose activations `stage` holds at its fullest, a part of its layers
/// counting as a part: p - i of stage i, or (2 (p - 1 - i) + (v - 1) p + 1) / v when interleaved,
/// and never more than all.
double micro_batches_in_flight(const PipelineSchedule& schedule, int stage);

/// Times one micro-batch's activations leave a stage forward in one step, per micro-batch: one for
/// each of its virtual stages; none without a pipeline.
int transfers_per_micro_batch(const PipelineSchedule& schedule);

}  // namespace offtake::perf
