#pragma once

#include <expected>
#include <optional>

#include "offtake/fidelity/training_run.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/measurement/training_row.hpp"
#include "offtake/perf/training_step.hpp"

namespace offtake::fidelity {

/// What the model says of a training run.
struct TrainingPrediction {
  perf::TrainingTime time;
  double samples = 1;  ///< Of one step.
  double tokens = 1;   ///< Of one step.
  int chips = 1;
  bool batch_stated = true;
  Flops counted;     ///< Of one step, as the source counts them.
  ComputeRate peak;  ///< Of one chip, in 16 bits: the denominator of a source's MFU.

  /// In the unit of the row's metric; nothing for a time until a quality is reached, or of
  /// a step whose batch is not stated.
  std::optional<double> of(measurement::TrainingMetric metric) const;
  /// The step's time that a row of the metric comes to; nothing as above.
  std::optional<Seconds> step_of(measurement::TrainingMetric metric, double value) const;
};

/// Predicts `run` on `system`, which trains with the run's stack. Whether the memory suffices is
/// not asked: the run took place.
std::expected<TrainingPrediction, Unsupported> predict(const TrainingRun& run,
                                                       const hardware::System& system);

}  // namespace offtake::fidelity
