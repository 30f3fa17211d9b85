#include "offtake/perf/pipeline_schedule.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"

namespace offtake::perf {

namespace {

void expects_schedule(const PipelineSchedule& schedule) {
  expects(schedule.stages >= 1, "a pipeline has at least one stage");
  expects(schedule.virtual_stages >= 1, "a stage holds at least one group of layers");
  expects(schedule.micro_batches >= 1, "a step has at least one micro-batch");
  expects(schedule.kind == Schedule::k1F1B || schedule.virtual_stages == 1,
          "only 1F1B interleaves groups of layers");
  expects(schedule.kind != Schedule::kDualPipe || schedule.stages % 2 == 0,
          "two stages share a rank of DualPipe");
}

Seconds bubble_1f1b(const PipelineSchedule& schedule, Seconds pass) {
  const Seconds chunk = pass / schedule.virtual_stages;
  const int last_round = schedule.micro_batches % schedule.stages;
  const int missing = last_round == 0 ? 0 : schedule.stages - last_round;
  const int waits = (schedule.stages - 1) + (schedule.virtual_stages - 1) * missing;
  return waits * chunk;
}

}  // namespace

Seconds pipeline_bubble(const PipelineSchedule& schedule, const StagePass& pass) {
  expects_schedule(schedule);
  const int p = schedule.stages;
  const auto& [forward, input, weight] = pass;
  switch (schedule.kind) {
    case Schedule::kZeroBubble:
      return (p - 1) * (forward + input) - (std::min(schedule.micro_batches, p) - 1) * weight;
    case Schedule::kDualPipe:
      return (p / 2 - 1) * (forward + input + std::max(forward, input) - weight);
    case Schedule::k1F1B:
      break;
  }
  return bubble_1f1b(schedule, pass.total());
}

double micro_batches_in_flight(const PipelineSchedule& schedule, int stage) {
  expects_schedule(schedule);
  const auto [p, v, m, kind] = schedule;
  expects(0 <= stage && stage < p, "a stage is one of the pipeline's");
  if (kind == Schedule::kZeroBubble) return std::min(m, p);
  if (kind == Schedule::kDualPipe) return std::min(m, p + 1);
  const int groups = v == 1 ? p - stage : 2 * (p - 1 - stage) + (v - 1) * p + 1;
  return std::min<double>(m, static_cast<double>(groups) / v);
}

int transfers_per_micro_batch(const PipelineSchedule& schedule) {
  expects_schedule(schedule);
  return schedule.stages == 1 ? 0 : schedule.virtual_stages;
}

}  // namespace offtake::perf
