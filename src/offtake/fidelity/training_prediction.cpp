#include "offtake/fidelity/training_prediction.hpp"

#include <utility>

#include "offtake/perf/training_rates.hpp"
#include "offtake/perf/training_work.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::fidelity {

using namespace literals;

namespace {

using measurement::TrainingMetric;

/// FLOP of a token by a source's own count.
double counted_per_token(const TrainingRun& run, const perf::TrainingWork& work) {
  const double causal = perf::model_flops_per_token(work);
  if (run.flop_count == FlopCount::kCausal) return causal;
  double scores = 0.0;  // Of the forward pass; a full count is twice the causal one.
  for (const perf::LayerWork& group : work.groups) scores += group.layers * group.score_flops;
  const double full = causal + 3.0 * scores;
  if (run.flop_count == FlopCount::kFull) return full;
  const double head = 6.0 * work.hidden * work.vocabulary;
  return run.layout.recompute == perf::Recompute::kFull ? (full - head) * 4.0 / 3.0 + head : full;
}

}  // namespace

std::optional<double> TrainingPrediction::of(TrainingMetric metric) const {
  const Seconds step = time.total();
  switch (metric) {
    case TrainingMetric::kStepTime:
      if (!batch_stated) return std::nullopt;
      return step.in(1.0_s);
    case TrainingMetric::kChipTokens:
      return tokens / step.in(1.0_s) / chips;
    case TrainingMetric::kTotalTokens:
      return tokens / step.in(1.0_s);
    case TrainingMetric::kSamples:
      return samples / step.in(1.0_s);
    case TrainingMetric::kChipFlops:
      return (counted / step / chips).in(1.0_TFLOP_per_s);
    case TrainingMetric::kMfu:
      return 100.0 * (counted / step / chips / peak);
    case TrainingMetric::kTimeToTrain:
      break;
  }
  return std::nullopt;
}

std::optional<Seconds> TrainingPrediction::step_of(TrainingMetric metric, double value) const {
  const std::optional<double> predicted = of(metric);
  if (!predicted) return std::nullopt;
  const bool is_time = metric == TrainingMetric::kStepTime;
  return time.total() * (is_time ? value / *predicted : *predicted / value);
}

std::expected<TrainingPrediction, Unsupported> predict(const TrainingRun& run,
                                                       const hardware::System& system) {
  if (!perf::training_rates(system, run.job.format)) {
    return std::unexpected(
        Unsupported{"the chip does not multiply " + std::string(hardware::name(run.job.format))});
  }
  const perf::TrainingModel model(*run.model, system, run.job);
  const auto time = model.time(run.layout);
  if (!time) return std::unexpected(Unsupported{perf::describe(time.error())});
  const Sourced<ComputeRate>* peak = system.chip.compute_peak.find(hardware::NumericFormat::kBf16);
  return TrainingPrediction{
      .time = *time,
      .samples = static_cast<double>(run.job.global_batch),
      .tokens = run.job.tokens(),
      .chips = run.chips,
      .batch_stated = run.batch_stated,
      .counted = run.job.tokens() * counted_per_token(run, model.work()) * 1.0_FLOP,
      .peak = peak == nullptr ? 1.0_TFLOP_per_s : peak->value};
}

}  // namespace offtake::fidelity
