#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "offtake/fidelity/serving_run.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/measurement/inference_row.hpp"
#include "offtake/perf/serving_assumptions.hpp"

namespace offtake::fidelity {

/// A time by its statistics.
struct PredictedTime {
  Seconds mean;
  Seconds p50;
  Seconds p99;

  Seconds of(measurement::Statistic statistic) const;
};

/// What the model says of a run, all its replicas together.
struct ServingPrediction {
  PredictedTime ttft;
  PredictedTime tpot;
  PredictedTime end_to_end;
  TokenRate output_rate;
  TokenRate total_rate;
  double requests_rate = 0;  ///< A second.
  int chips = 1;
  int replicas = 1;
  bool queue_grows = false;  ///< Times until the first token are those of a queue without end.
  bool at_capacity = false;  ///< More requests than the cache holds, or within a tenth of it.

  /// In the unit of the row's metric and for the row's scope; nothing where the model has no such
  /// figure.
  std::optional<double> of(const measurement::InferenceRow& row) const;
};

struct NoPrediction {
  bool does_not_fit = false;  ///< Else the run is of a kind that cannot be predicted.
  std::string reason;
};

/// What the model assumes of a run beside its stack's figures.
perf::ServingAssumptions assumptions_of(const ServingRun& run);

/// By how much a run's software is slower than that of the catalog's figures; one but for mixtures.
double ageing_factor(const ServingRun& run, const hardware::System& system);

/// Times become `factor` times as long, rates as many times lower.
void slow_down(ServingPrediction& prediction, double factor);

/// The run with as many drafts a step as serve best, where it does not say how many it had.
ServingRun with_drafts_chosen(const ServingRun& run, const hardware::System& system);

/// Predicts `run` on `system`, which is served by the run's stack.
std::expected<ServingPrediction, NoPrediction> predict(const ServingRun& run,
                                                       const hardware::System& system);

/// What is left of ln(measured / predicted) beside the spread of the fitted figures: the standard
/// deviation that the system's fit states for a run of this kind.
double unexplained_error(const ServingRun& run, const hardware::System& system,
                         measurement::Metric metric);

/// Standard deviation of the logarithm of each row's predicted figure from the spread of the fitted
/// figures. Each row has a prediction. Where a deployment is searched for it is held: zeros.
std::vector<double> fitted_spread(const ServingRun& run, const hardware::System& system,
                                  const std::vector<measurement::InferenceRow>& rows);

}  // namespace offtake::fidelity
