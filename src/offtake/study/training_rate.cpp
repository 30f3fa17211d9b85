#include "offtake/study/training_rate.hpp"

#include <algorithm>
#include <bit>

#include "offtake/base/expects.hpp"
#include "offtake/study/train_run.hpp"

namespace offtake::study {

namespace {

int power_of_two_below(double count) {
  return static_cast<int>(std::bit_floor(static_cast<unsigned>(std::max(1.0, count))));
}

}  // namespace

std::optional<perf::Yield<ComputeRate>> training_flops_rate_per_chip(
    const hardware::System& system, const model::ModelArchitecture& model,
    const PlannedTraining& planned) {
  expects(planned.chips >= 1 && planned.sequence >= 1, "a job has chips and tokens");
  const TrainRequest request{
      .job = {.sequence = planned.sequence,
              .global_batch = power_of_two_below(planned.batch_tokens / planned.sequence),
              .format = planned.format},
      .chips = power_of_two_below(planned.chips),
      .space = {.micro_batch_max = 4,
                .context_max = 4,
                .recompute = {perf::Recompute::kNone, perf::Recompute::kFull},
                .sharding = {perf::Sharding::kZero1, perf::Sharding::kZero3}},
      .best_count = 1};
  const auto answer = train_run(system, model, request, {.threads = 1});
  if (!answer) return std::nullopt;
  return answer->model_flops_per_chip;
}

}  // namespace offtake::study
