#pragma once

#include <expected>
#include <optional>
#include <variant>
#include <vector>

#include "offtake/hardware/system.hpp"
#include "offtake/perf/training_assumptions.hpp"
#include "offtake/perf/training_job.hpp"
#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_memory.hpp"
#include "offtake/perf/training_placement.hpp"
#include "offtake/perf/training_rates.hpp"
#include "offtake/perf/training_work.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// Time of one step by what the slowest stage does or waits for; transfers count only as far as
/// nothing runs beside them.
struct TrainingTime {
  Seconds products;   ///< Of attention's projections and dense feed-forwards.
  Seconds experts;    ///< Products of routed experts.
  Seconds attention;  ///< Scores and weighted values.
  Seconds elementwise;
  Seconds recompute;
  Seconds launches;
  Seconds
      logits;  ///< The output layer; of a pipeline, by how much it makes the last stage slowest.
  Seconds prediction;  ///< Modules of prediction; of a pipeline, by how much more.
  Seconds tensor_communication;
  Seconds context_communication;
  Seconds expert_communication;
  Seconds pipeline_communication;
  Seconds data_communication;
  Seconds contention;  ///< Compute lost to transfers that run beside it.
  Seconds bubble;
  Seconds optimizer;
  Seconds stragglers;  ///< Loss that grows with the number of chips.
  Seconds fixed;

  constexpr Seconds total() const {
    return products + experts + attention + elementwise + recompute + launches + logits +
           prediction + tensor_communication + context_communication + expert_communication +
           pipeline_communication + data_communication + contention + bubble + optimizer +
           stragglers + fixed;
  }
};

/// A step that fits.
struct TrainingStep {
  TrainingTime time;
  TrainingMemory memory;
};

using NoTrainingStep = std::variant<TrainingDoesNotFit, NoPlacement>;

/// Time and memory of training one model on one system. Its parts that no layout changes are
/// computed once, so that a search can ask for many layouts.
class TrainingModel {
 public:
  /// Expects a system that has rates for the job's format (`training_rates`).
  TrainingModel(const model::ModelArchitecture& model, const hardware::System& system,
                const TrainingJob& job, const TrainingAssumptions& assumptions = {});

  /// Memory is checked first, as most layouts of a search fail there. Expects a layout without
  /// problems (`layout_problems`).
  std::expected<TrainingStep, NoTrainingStep> step(const TrainingLayout& layout) const;

  /// The same without asking whether the memory suffices.
  std::expected<TrainingTime, NoPlacement> time(const TrainingLayout& layout) const;

  /// The parts of a step, for a search: where the ranks lie, which only the degrees and the ranks
  /// that shard decide, ...
  std::expected<TrainingPlacement, NoPlacement> place(const TrainingLayout& layout) const;
  /// ... the memory, which no network changes, ...
  std::expected<TrainingMemory, TrainingDoesNotFit> memory(const TrainingLayout& layout) const;
  /// ... and the time where they lie.
  TrainingTime time(const TrainingLayout& layout, const TrainingPlacement& place) const;

  /// What no choice of schedule, recompute, sharding or network can shorten: the computing of all
  /// micro-batches by a stage of an even share of the layers, and the fixed time. Never above
  /// `time(layout).total()`, as that adds parts that are not negative to these in the same order.
  Seconds least_time(const TrainingLayout& layout) const;

  /// Of each rank of the pipeline.
  std::vector<TrainingMemory> memory_by_rank(const TrainingLayout& layout) const;

  TokenRate token_rate(const TrainingTime& time) const { return tokens() / time.total(); }
  /// Model FLOP/s over the peak of the job's format (PaLM's definition, causal attention).
  double mfu(const TrainingTime& time, int chips) const;

  const TrainingWork& work() const { return work_; }
  const TrainingJob& job() const { return job_; }
  Flops model_flops() const;  ///< Of one step.
  Tokens tokens() const;      ///< Of one step.

 private:
  TrainingJob job_;
  TrainingAssumptions assumptions_;
  TrainingWork work_;
  TrainingWork prediction_module_;
  TrainingRates rates_;
  Bytes memory_available_;
  Bytes memory_reserved_;
};

}  // namespace offtake::perf
