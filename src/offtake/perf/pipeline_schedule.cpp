#include "offtake/perf/pipeline_schedule.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"

namespace offtake::perf {

namespace {

void expects_schedule(const PipelineSchedule& schedule) {
  expects(schedule.stages >= 1, "a pipeline has at least one stage");
  expects(schedule.virtual_stages >= 1, "a stage holds at least one group of layers");
  expects(schedule.micro_batches >= 1, "a step has at least one micro-batch");
}

}  // namespace

Seconds pipeline_bubble(const PipelineSchedule& schedule, Seconds pass) {
  expects_schedule(schedule);
  const Seconds chunk = pass / schedule.virtual_stages;
  const int last_round = schedule.micro_batches % schedule.stages;
  const int missing = last_round == 0 ? 0 : schedule.stages - last_round;
  const int waits = (schedule.stages - 1) + (schedule.virtual_stages - 1) * missing;
  return waits * chunk;
}

double micro_batches_in_flight(const PipelineSchedule& schedule, int stage) {
  expects_schedule(schedule);
  const auto [p, v, m] = schedule;
  expects(0 <= stage && stage < p, "a stage is one of the pipeline's");
  const int groups = v == 1 ? p - stage : 2 * (p - 1 - stage) + (v - 1) * p + 1;
  return std::min<double>(m, static_cast<double>(groups) / v);
}

int transfers_per_micro_batch(const PipelineSchedule& schedule) {
  expects_schedule(schedule);
  return schedule.stages == 1 ? 0 : schedule.virtual_stages;
}

}  // namespace offtake::perf
