#include "offtake/perf/training_memory.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/perf/held_parameters.hpp"
#include "offtake/perf/pipeline_schedule.hpp"
#include "offtake/perf/stage_layers.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

constexpr Bytes kElement = 2.0_B;      ///< An activation, bf16 or fp16.
constexpr Bytes kMaskElement = 1.0_B;  ///< Of a dropout.
/// Of one unfused score: the softmax's result, the dropout's mask and its result.
constexpr Bytes kScore = 5.0_B;

/// One micro-batch through all layers of the model.
Bytes activations_per_micro_batch(double tokens, const TrainingWork& work,
                                  const ActivationRules& rules, const TrainingLayout& layout) {
  Bytes sum;
  for (const LayerWork& group : work.groups) {
    sum += group.layers * tokens * activation_per_token(group, work, rules, layout);
  }
  return sum;
}

/// What one rank of the pipeline holds of its layers and tables.
struct RankParameters {
  HeldParameters held;
  HeldParameters trained;
};

RankParameters rank_parameters(int rank, double layers, int modules, const TrainingWork& work,
                               const TrainingLayout& layout) {
  const ParallelLayout& parallel = layout.parallel;
  const int copies = stages_held(layout.schedule);
  // Both ranks at the ends of DualPipe hold the first and the last stage.
  const bool last = rank == parallel.pipeline - 1 || (copies > 1 && rank == 0);
  const bool first = rank == 0 || (copies > 1 && last);
  HeldParameters tables;
  if (first) tables += held_of_table(work, parallel);
  if (last && !(first && work.tied_embeddings)) tables += held_of_table(work, parallel);

  RankParameters parameters{.held = copies * layers * held_of_layer(work, parallel),
                            .trained = copies * layers * trained_of_layer(work, parallel)};
  parameters.held += tables;
  if (last) parameters.held += static_cast<double>(modules) * held_of_layer(work, parallel);
  if (work.adapter_rank == 0) parameters.trained = parameters.held;
  return parameters;
}

TrainingMemory rank_memory(int rank, const TrainingWork& work, const TrainingJob& job,
                           const TrainingLayout& layout, const TrainingAssumptions& assumptions,
                           const StackMemory& stack) {
  const ParallelLayout& parallel = layout.parallel;
  const ParameterBytes& bytes = assumptions.parameter;
  const PipelineSchedule schedule = pipeline_schedule(layout, job);
  const double layers = layers_of_rank(work.layers, schedule, rank);
  const RankParameters parameters =
      rank_parameters(rank, layers, job.prediction_modules, work, layout);
  const int copies = stages_held(layout.schedule);
  const auto kept = [&](const HeldParameters& held, Bytes each, Sharding from) {
    const bool split = layout.sharding >= from;
    return each * (held.dense / (split ? copies * parallel.replicas() : 1) +
                   held.experts / (split ? copies * expert_replicas(parallel) : 1));
  };

  TrainingMemory memory{.reserved = stack.reserved};
  memory.weights = kept(parameters.held, bytes.weight, Sharding::kZero3);
  memory.gradients = kept(parameters.trained, bytes.gradient, Sharding::kZero2);
  memory.optimizer = kept(parameters.trained, bytes.optimizer, Sharding::kZero1);
  if (layout.sharding == Sharding::kZero3) {
    const double layers_held = std::min<double>(assumptions.sharded_layers_held, layers);
    memory.gathered =
        held_of_layer(work, parallel).total() * (layers_held * bytes.weight + bytes.gradient);
  }

  const double tokens = static_cast<double>(layout.micro_batch) * job.sequence / parallel.context;
  const double in_flight = micro_batches_in_flight(schedule, rank) * layers / work.layers;
  const auto activations = [&](Recompute recompute) {
    const ActivationRules rules{.recompute = recompute,
                                .product_input = std::min(kElement, element_size(job.format)),
                                .fused_attention = stack.fused_attention,
                                .dropout = assumptions.dropout,
                                .expert_load = assumptions.expert_load};
    return activations_per_micro_batch(tokens, work, rules, layout);
  };
  memory.activations = in_flight * activations(layout.recompute);
  if (layout.recompute == Recompute::kFull) {
    // The layer that is computed again is whole for a while; its input is counted already.
    memory.activations +=
        (activations(Recompute::kSelective) - activations(Recompute::kFull)) / work.layers;
  }
  const bool last = rank == parallel.pipeline - 1 || (copies > 1 && rank == 0);
  if (last)
    memory.logits = (1.0 + job.prediction_modules) * tokens * work.vocabulary / parallel.tensor *
                    assumptions.logit;
  return memory;
}

}  // namespace

Bytes activation_per_token(const LayerWork& layer, const TrainingWork& work,
                           const ActivationRules& rules, const TrainingLayout& layout) {
  const double h = work.hidden;
  const double tensor = layout.parallel.tensor;
  const double whole = layout.sequence_parallel ? tensor : 1.0;
  if (rules.recompute == Recompute::kFull) return kElement * h / whole;

  const int halves = (layer.has_attention ? 1 : 0) + (layer.has_feed_forward ? 1 : 0);
  // The inputs of each half's norm and of its first product, and its mask.
  Bytes split_by_sequence = halves * h * (kElement + rules.product_input);
  if (rules.dropout) split_by_sequence += halves * h * kMaskElement;

  // A feed-forward keeps what its first matrices put out and the input of its last.
  const Bytes inner = layer.matrices_in * kElement + rules.product_input;
  Bytes split_by_width =
      (layer.projected_width + layer.attended_width) * kElement + layer.dense_width * inner;
  // Each expert's copy of its input, its inner widths and its output.
  split_by_width += layer.parameters.experts_active * rules.expert_load *
                    (h * (kElement + rules.product_input) + layer.expert_width * inner);
  if (!rules.fused_attention && rules.recompute == Recompute::kNone) {
    split_by_width += static_cast<double>(layer.heads) * work.sequence * kScore;
  }
  return split_by_sequence / whole + split_by_width / tensor;
}

TrainingMemory training_memory(const TrainingWork& work, const TrainingJob& job,
                               const TrainingLayout& layout, const TrainingAssumptions& assumptions,
                               const StackMemory& stack) {
  const int last = layout.parallel.pipeline - 1;
  const auto of = [&](int rank) {
    return rank_memory(rank, work, job, layout, assumptions, stack);
  };
  TrainingMemory fullest = of(0);
  if (last == 0) return fullest;
  const auto consider = [&](int rank) {
    const TrainingMemory memory = of(rank);
    if (memory.total() > fullest.total()) fullest = memory;
  };
  if (last > 1) consider(fullest_between(pipeline_schedule(layout, job)));
  consider(last);
  return fullest;
}

std::vector<TrainingMemory> training_memory_by_rank(const TrainingWork& work,
                                                    const TrainingJob& job,
                                                    const TrainingLayout& layout,
                                                    const TrainingAssumptions& assumptions,
                                                    const StackMemory& stack) {
  std::vector<TrainingMemory> ranks;
  for (int rank = 0; rank < layout.parallel.pipeline; ++rank) {
    ranks.push_back(rank_memory(rank, work, job, layout, assumptions, stack));
  }
  return ranks;
}

std::string describe(const TrainingDoesNotFit& shortage) {
  const TrainingMemory& memory = shortage.memory;
  using Part = std::pair<std::string_view, Bytes>;
  const std::array<Part, 7> parts{{{"weights", memory.weights},
                                   {"gradients", memory.gradients},
                                   {"optimizer states", memory.optimizer},
                                   {"activations", memory.activations},
                                   {"logits", memory.logits},
                                   {"gathered layers", memory.gathered},
                                   {"reserved memory", memory.reserved}}};
  const Part& largest = *std::ranges::max_element(parts, {}, &Part::second);
  return fmt::format("needs {:.1f} GB of {:.1f} GB; the largest part is {}, {:.1f} GB",
                     memory.total().in(1.0_GB), shortage.available.in(1.0_GB), largest.first,
                     largest.second.in(1.0_GB));
}

}  // namespace offtake::perf
