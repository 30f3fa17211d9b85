#pragma once

#include <algorithm>

#include "offtake/perf/pipeline_schedule.hpp"

namespace offtake::perf {

/// Layers of one stage. They are dealt out in groups as even as possible, the first groups taking
/// what is left over; where layers and two divide evenly, the first and last stage hold one less,
/// to make room for the embedding and the output layer (as Megatron-LM does for Llama 3.1 405B, 126
/// layers).
constexpr int layers_of_stage(int layers, const PipelineSchedule& schedule, int stage) {
  const int stages = schedule.stages;
  const int groups = stages * schedule.virtual_stages;
  if (stages == 1) return layers;
  if (layers % groups != 0 && (layers + 2) % groups == 0) {
    return (layers + 2) / stages - (stage == 0 || stage == stages - 1 ? 1 : 0);
  }
  const int left = layers % groups;
  return layers / groups * schedule.virtual_stages + left / stages +
         (stage < left % stages ? 1 : 0);
}

/// Layers that a rank runs for one micro-batch: of its stage, or of DualPipe the mean of its two.
constexpr double layers_of_rank(int layers, const PipelineSchedule& schedule, int rank) {
  const int own = layers_of_stage(layers, schedule, rank);
  if (schedule.kind != Schedule::kDualPipe) return own;
  return (own + layers_of_stage(layers, schedule, schedule.stages - 1 - rank)) / 2.0;
}

/// The rank that runs and holds most of those between the first and the last: the second, or of
/// DualPipe one in the middle, whose two stages are both among the fuller ones where these are
/// many.
constexpr int fullest_between(const PipelineSchedule& schedule) {
  if (schedule.stages <= 2) return 0;
  return schedule.kind == Schedule::kDualPipe ? schedule.stages / 2 - 1 : 1;
}

/// How many layers the fullest rank, and the last one, run for one micro-batch.
struct StageLayers {
  double fullest = 0;
  double last = 0;
};

constexpr StageLayers stage_layers(int layers, const PipelineSchedule& schedule) {
  return {.fullest = std::max(layers_of_rank(layers, schedule, 0),
                              layers_of_rank(layers, schedule, fullest_between(schedule))),
          .last = layers_of_rank(layers, schedule, schedule.stages - 1)};
}

}  // namespace offtake::perf
