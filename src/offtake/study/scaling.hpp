#pragma once

#include <expected>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/study/train_run.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// The best layout of a job on one count of chips.
struct ScalingPoint {
  int chips = 0;
  int global_batch = 0;
  perf::TrainingLayout layout;
  TokenRate tokens;
  double mfu = 0.0;
  double efficiency = 1.0;  ///< Tokens a chip over those of the fewest chips that have an answer.
  double goodput = 1.0;
  TokenRate tokens_of_run;  ///< Over the whole run: tokens times goodput.
};

/// A count of chips on which nothing trains, with the reason.
struct NoScalingPoint {
  int chips = 0;
  int global_batch = 0;
  std::string reason;
};

using ScalingCurve = std::vector<std::expected<ScalingPoint, NoScalingPoint>>;

struct Scaling {
  ScalingCurve strong;  ///< The same global batch on every count.
  ScalingCurve weak;    ///< The same samples a chip, rounded to whole ones, at least one.
};

/// `count` doubled from `from` while it is at most `to`: {512, 1024, ..., 16384}.
std::vector<int> doublings(int from, int to);

/// Searches all layouts for each count of chips, fewest first; the layout and amount of the request
/// are not used. Throws InputError as train_run does.
Scaling training_scaling(const hardware::System& system, const model::ModelArchitecture& model,
                         const TrainRequest& request, const std::vector<int>& chips,
                         Parallelism parallelism);

}  // namespace offtake::study
