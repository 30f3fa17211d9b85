#include "offtake/perf/training_memory.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/perf/context_heads.hpp"
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

/// Rank of a pipeline, and which ends of the model it holds: both of them at both ends of DualPipe.
struct PipelineRank {
  int index;
  bool first;
  bool last;
};

PipelineRank pipeline_rank(int index, const TrainingLayout& layout) {
  const bool first = index == 0;
  const bool last = index == layout.parallel.pipeline - 1;
  const bool both = layout.schedule == Schedule::kDualPipe && (first || last);
  return {.index = index, .first = first || both, .last = last || both};
}

/// What a rank of the pipeline holds of its layers and tables.
struct RankParameters {
  HeldParameters held;
  HeldParameters trained;
};

RankParameters rank_parameters(const PipelineRank& rank, double layers, const TrainingWork& work,
                               const TrainingJob& job, const TrainingLayout& layout) {
  const ParallelLayout& parallel = layout.parallel;
  const double all_layers = stages_held(layout.schedule) * layers;
  RankParameters parameters{.held = all_layers * held_of_layer(work, parallel),
                            .trained = all_layers * trained_of_layer(work, parallel)};
  // Modules of prediction look up their tokens too, and their tables are the model's.
  const bool modules = rank.last && job.prediction_modules > 0;
  HeldParameters tables;
  if (rank.first || modules) tables += held_of_table(work, parallel);
  if (rank.last && !((rank.first || modules) && work.tied_embeddings)) {
    tables += held_of_table(work, parallel);
  }
  parameters.held += tables;
  if (modules) {
    const TrainingWork module = prediction_module(work);
    const double count = job.prediction_modules * module.layers;
    parameters.held += count * held_of_layer(module, parallel);
    parameters.trained += count * trained_of_layer(module, parallel);
  }
  if (work.adapter_rank == 0) parameters.trained = parameters.held;
  return parameters;
}

TrainingMemory rank_memory(int index, const TrainingWork& work, const TrainingJob& job,
                           const TrainingLayout& layout, const TrainingAssumptions& assumptions,
                           const StackMemory& stack) {
  const ParallelLayout& parallel = layout.parallel;
  const ParameterBytes& bytes = assumptions.parameter;
  const PipelineSchedule schedule = pipeline_schedule(layout, job);
  const PipelineRank rank = pipeline_rank(index, layout);
  const double layers = layers_of_rank(work.layers, schedule, index);
  const RankParameters parameters = rank_parameters(rank, layers, work, job, layout);
  const int copies = stages_held(layout.schedule);
  const auto kept = [&](const HeldParameters& held, Bytes each, Sharding from) {
    return each * (layout.sharding >= from ? shard_of(held, layout) : held).total();
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
  const double in_flight = micro_batches_in_flight(schedule, index);
  ActivationRules rules{.recompute = layout.recompute,
                        .product_input = std::min(kElement, element_size(job.format)),
                        .fused_attention = stack.fused_attention,
                        .dropout = assumptions.dropout,
                        .expert_load = assumptions.expert_load};
  const auto activations = [&](const TrainingWork& of, Recompute recompute) {
    rules.recompute = recompute;
    return activations_per_micro_batch(tokens, of, rules, layout);
  };
  const double again = recomputed_layers(layout, layers);
  const bool selective = layout.recompute == Recompute::kSelective;
  const Bytes kept_whole = activations(work, selective ? Recompute::kSelective : Recompute::kNone);
  memory.activations = in_flight * (layers - again) / work.layers * kept_whole;
  if (again > 0.0) {
    // A layer that is computed again is whole for a while; its input is counted already.
    const Bytes inputs = activations(work, Recompute::kFull);
    memory.activations +=
        (in_flight * again * inputs + (activations(work, Recompute::kSelective) - inputs)) /
        work.layers;
  }
  if (!rank.last) return memory;
  const int modules = job.prediction_modules;
  memory.logits = (1.0 + modules) * tokens * work.vocabulary / parallel.tensor * assumptions.logit;
  if (modules == 0) return memory;
  // A module's layer, and the two hidden states that it norms and joins.
  const double whole = layout.sequence_parallel ? parallel.tensor : 1.0;
  const Bytes joined = 2.0 * work.hidden / whole * (kElement + rules.product_input) * tokens;
  const Recompute of_modules =
      layout.recompute == Recompute::kBlock ? Recompute::kNone : layout.recompute;
  memory.activations +=
      in_flight / copies * modules * (activations(prediction_module(work), of_modules) + joined);
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
  split_by_width += (kv_copies(layer, layout) - 1.0) * layer.kv_width * kElement;
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
