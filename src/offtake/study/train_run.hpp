#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/layout_search.hpp"
#include "offtake/perf/training_assumptions.hpp"
#include "offtake/perf/training_job.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_step.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/study/training_run.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// How much a run trains: tokens, or the model's own FLOP for them.
using TrainingAmount = std::variant<Tokens, Flops>;

struct TrainRequest {
  perf::TrainingJob job;
  int chips = 8;
  std::optional<perf::TrainingLayout> layout;  ///< Absent: all layouts of the space are searched.
  std::optional<TrainingAmount> amount;        ///< Present: the answer says how long it takes.
  std::optional<ChipPrice> price;              ///< Present: and what it costs.
  RunChoices run;
  perf::TrainingAssumptions assumptions;
  perf::LayoutSpace space;
  std::size_t best_count = 10;
  std::vector<int>
      pareto_chips;  ///< Of the front of time, memory and chips; empty: none is sought.
};

/// A whole run, from its first step to its last.
struct TrainingRun {
  Tokens tokens;
  perf::Yield<Seconds> duration;  ///< With the bands of the step, failures and restarts together.
  perf::Yield<Seconds> duration_of_steps;  ///< Without failures, checkpoints and other losses.
  double failures_expected = 0.0;
  perf::Yield<Joules> energy;  ///< At the site: load, and idle in restarts and maintenance.
  std::optional<perf::Yield<Dollars>> cost;
};

struct TrainAnswer {
  perf::TrainingLayout layout;
  perf::Yield<Seconds> step_time;
  perf::Yield<ChipTokenRate> tokens_per_chip;
  perf::Yield<double> mfu;
  perf::Yield<ComputeRate> model_flops_per_chip;
  perf::TrainingMemory memory;                        ///< Of the fullest rank of the pipeline.
  std::vector<perf::TrainingMemory> memory_by_stage;  ///< Of each of its ranks.
  perf::TrainingTime breakdown;                       ///< Sums to the step time.
  RunConditions conditions;
  RunGoodput goodput;
  std::optional<TrainingRun> run;
  std::size_t evaluated = 0;
  std::size_t fitting = 0;
  std::vector<perf::FoundLayout> best;    ///< Fastest first; one when the layout was given.
  std::vector<perf::FoundLayout> pareto;  ///< As `pareto_layouts`.
};

/// Why no layout trains the model, in the user's words.
struct NoTraining {
  std::string reason;
  std::optional<perf::TrainingDoesNotFit> shortage;
  std::size_t evaluated = 0;
};

/// Throws InputError, with every problem, where the request cannot be run as it stands: no chips or
/// samples, a format the chip lacks, a layout that breaks a rule.
std::expected<TrainAnswer, NoTraining> train_run(const hardware::System& system,
                                                 const model::ModelArchitecture& model,
                                                 const TrainRequest& request,
                                                 Parallelism parallelism);

/// Found layouts without those that take the time and memory of the one before: recompute of scores
/// that a fused kernel never keeps, and the like.
std::vector<perf::FoundLayout> without_twins(std::vector<perf::FoundLayout> found);

}  // namespace offtake::study
