#include "offtake/study/scaling.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "offtake/base/expects.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

int samples_of(const TrainRequest& request, int chips) {
  const double each = static_cast<double>(request.job.global_batch) / request.chips;
  return std::max(1, static_cast<int>(std::lround(each * chips)));
}

std::expected<ScalingPoint, NoScalingPoint> point_of(const hardware::System& system,
                                                     const model::ModelArchitecture& model,
                                                     const TrainRequest& request,
                                                     Parallelism parallelism) {
  const auto answer = train_run(system, model, request, parallelism);
  if (!answer) {
    return std::unexpected(NoScalingPoint{.chips = request.chips,
                                          .global_batch = request.job.global_batch,
                                          .reason = answer.error().reason});
  }
  const TokenRate tokens = answer->tokens_per_chip.value * (request.chips * 1.0_chips);
  const double goodput = answer->goodput.shares.training;
  return ScalingPoint{.chips = request.chips,
                      .global_batch = request.job.global_batch,
                      .layout = answer->layout,
                      .tokens = tokens,
                      .mfu = answer->mfu.value,
                      .goodput = goodput,
                      .tokens_of_run = goodput * tokens};
}

/// Measures each point of a curve against its first.
void relate(ScalingCurve& curve) {
  std::optional<double> first;
  for (auto& point : curve) {
    if (!point) continue;
    const double each = point->tokens.base_units() / point->chips;
    if (!first) first = each;
    point->efficiency = each / *first;
  }
}

}  // namespace

std::vector<int> doublings(int from, int to) {
  expects(from >= 1, "a job has chips");
  std::vector<int> counts;
  for (std::int64_t count = from; count <= to; count *= 2)
    counts.push_back(static_cast<int>(count));
  return counts;
}

Scaling training_scaling(const hardware::System& system, const model::ModelArchitecture& model,
                         const TrainRequest& request, const std::vector<int>& chips,
                         Parallelism parallelism) {
  TrainRequest job = request;
  job.layout.reset();
  job.amount.reset();
  job.best_count = 1;
  Scaling scaling;
  for (const int count : chips) {
    job.chips = count;
    job.job.global_batch = request.job.global_batch;
    scaling.strong.push_back(point_of(system, model, job, parallelism));
    job.job.global_batch = samples_of(request, count);
    scaling.weak.push_back(point_of(system, model, job, parallelism));
  }
  relate(scaling.strong);
  relate(scaling.weak);
  return scaling;
}

}  // namespace offtake::study
