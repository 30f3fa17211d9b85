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

struct Stage {
  int index;
  int layers;
  bool fused_attention;
};

TrainingMemory stage_memory(const Stage& stage, const TrainingWork& work, const TrainingJob& job,
                            const TrainingLayout& layout, const TrainingAssumptions& assumptions) {
  const ParallelLayout& parallel = layout.parallel;
  const ParameterBytes& bytes = assumptions.parameter;
  const bool first = stage.index == 0;
  const bool last = stage.index == parallel.pipeline - 1;

  const HeldParameters table = held_of_table(work, parallel);
  const HeldParameters layer = held_of_layer(work, parallel);
  HeldParameters held = stage.layers * layer;
  if (first) held += table;
  if (last && !(first && work.tied_embeddings)) held += table;
  if (last) held += static_cast<double>(job.prediction_modules) * layer;

  const auto kept = [&](const HeldParameters& parameters, Bytes each, Sharding from) {
    const bool split = layout.sharding >= from;
    return each * (parameters.dense / (split ? parallel.replicas() : 1) +
                   parameters.experts / (split ? expert_replicas(parallel) : 1));
  };

  TrainingMemory memory;
  memory.weights = kept(held, bytes.weight, Sharding::kZero3);
  HeldParameters trained = stage.layers * trained_of_layer(work, parallel);
  if (work.adapter_rank == 0) trained = held;
  memory.gradients = kept(trained, bytes.gradient, Sharding::kZero2);
  memory.optimizer = kept(trained, bytes.optimizer, Sharding::kZero1);
  if (layout.sharding == Sharding::kZero3) {
    const int layers_held = std::min(assumptions.sharded_layers_held, stage.layers);
    memory.gathered = layer.total() * (layers_held * bytes.weight + bytes.gradient);
  }

  const double tokens = static_cast<double>(layout.micro_batch) * job.sequence / parallel.context;
  const PipelineSchedule schedule{
      .stages = parallel.pipeline,
      .virtual_stages = layout.virtual_stages,
      .micro_batches = job.global_batch / (parallel.data * layout.micro_batch)};
  const double share = static_cast<double>(stage.layers) / work.layers;
  const double in_flight = micro_batches_in_flight(schedule, stage.index) * share;
  const auto activations = [&](Recompute recompute) {
    const ActivationRules rules{.recompute = recompute,
                                .product_input = std::min(kElement, element_size(job.format)),
                                .fused_attention = stage.fused_attention,
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
  if (last) memory.logits = (1.0 + job.prediction_modules) * tokens * work.vocabulary / parallel.tensor * assumptions.logit;
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
  const int stages = layout.parallel.pipeline;
  const StageLayers layers = stage_layers(work.layers, stages, layout.virtual_stages);
  TrainingMemory fullest =
      stage_memory({0, layers.first, stack.fused_attention}, work, job, layout, assumptions);
  if (stages > 1) {
    const auto consider = [&](int index, int held) {
      const TrainingMemory memory =
          stage_memory({index, held, stack.fused_attention}, work, job, layout, assumptions);
      if (memory.total() > fullest.total()) fullest = memory;
    };
    if (stages > 2 && layers.fullest > layers.first) {
      consider(1, layers.fullest);
    }
    consider(stages - 1, layers.last);
  }
  fullest.reserved = stack.reserved;
  return fullest;
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
