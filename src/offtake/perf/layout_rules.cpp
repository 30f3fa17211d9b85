#include "offtake/perf/layout_rules.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "offtake/perf/expert_placement.hpp"
#include "offtake/perf/stage_layers.hpp"

namespace offtake::perf {

namespace {

bool divides(int ranks, double width) { return std::fmod(width, ranks) == 0.0; }

bool any_degree_below_one(const TrainingLayout& layout) {
  const ParallelLayout& parallel = layout.parallel;
  return std::min({parallel.tensor, parallel.pipeline, parallel.data, parallel.context,
                   parallel.expert, layout.virtual_stages, layout.micro_batch}) < 1;
}

}  // namespace

bool tensor_ranks_fit(int tensor, const TrainingWork& work, const TrainingPlace& place) {
  if (tensor > place.scale_up_chips) return false;
  return std::ranges::all_of(work.groups, [&](const LayerWork& layer) {
    return divides(tensor, layer.heads) && divides(tensor, layer.dense_width) &&
           divides(tensor, layer.attended_width);
  });
}

bool expert_ranks_fit(const ParallelLayout& parallel, const TrainingWork& work) {
  if (parallel.expert == 1) return true;
  bool has_experts = false;
  for (const LayerWork& layer : work.groups) {
    if (layer.parameters.experts == 0) continue;
    has_experts = true;
    if (layer.parameters.experts % parallel.expert != 0) return false;
  }
  return has_experts && parallel.chips_per_stage() % parallel.expert == 0;
}

bool stages_fit(const TrainingLayout& layout, const TrainingWork& work, const TrainingJob& job) {
  const int stages = layout.parallel.pipeline;
  if (layout.virtual_stages == 1) return stages <= work.layers;
  return stages > 1 && stages * layout.virtual_stages <= work.layers + 2 &&
         micro_batches(layout, job) % stages == 0;
}

bool recompute_fits(const TrainingLayout& layout, const TrainingWork& work,
                    const TrainingJob& job) {
  if (layout.recompute != Recompute::kBlock) return layout.recompute_layers == 0;
  const double fullest = stage_layers(work.layers, pipeline_schedule(layout, job)).fullest;
  return layout.recompute_layers >= 1 && layout.recompute_layers <= fullest;
}

bool heads_fit(const TrainingLayout& layout, const TrainingWork& work) {
  if (layout.context_kind == ContextKind::kRing) return true;
  const int ranks = layout.parallel.tensor * layout.parallel.context;
  return std::ranges::all_of(work.groups, [&](const LayerWork& layer) {
    return !layer.has_attention || layer.heads % ranks == 0;
  });
}

bool shards_fit(const TrainingLayout& layout) {
  if (layout.shard_ranks == 0) return true;
  return layout.shard_ranks > 0 && layout.sharding != Sharding::kNone &&
         layout.parallel.data % layout.shard_ranks == 0 &&
         expert_replicas(layout.parallel) % shard_copies(layout) == 0;
}

bool schedule_fits(const TrainingLayout& layout, const TrainingJob& job) {
  if (layout.schedule == Schedule::k1F1B) return true;
  const int stages = layout.parallel.pipeline;
  if (stages == 1 || layout.virtual_stages > 1) return false;
  if (layout.schedule == Schedule::kZeroBubble) return true;
  const int passes = micro_batches(layout, job);
  return stages % 2 == 0 && passes % 2 == 0 && passes >= 2 * stages;
}

std::vector<std::string> layout_problems(const TrainingLayout& layout, const TrainingWork& work,
                                         const TrainingJob& job, const TrainingPlace& place) {
  if (any_degree_below_one(layout)) return {"every degree of a layout is at least one"};
  const ParallelLayout& parallel = layout.parallel;
  std::vector<std::string> problems;
  if (parallel.chips() != place.chips) {
    problems.push_back(fmt::format("tp x pp x dp x cp = {} x {} x {} x {} is {} chips, not {}",
                                   parallel.tensor, parallel.pipeline, parallel.data,
                                   parallel.context, parallel.chips(), place.chips));
  }
  if (!tensor_ranks_fit(parallel.tensor, work, place)) {
    problems.push_back(
        fmt::format("tp = {} does not divide the model's heads and widths within a scale-up domain "
                    "of {} chips",
                    parallel.tensor, place.scale_up_chips));
  }
  if (!expert_ranks_fit(parallel, work)) {
    problems.push_back(fmt::format(
        "ep = {} does not divide the model's experts and the tp x dp x cp = {} chips of a stage",
        parallel.expert, parallel.chips_per_stage()));
  }
  if (job.global_batch % (parallel.data * layout.micro_batch) != 0) {
    problems.push_back(
        fmt::format("a global batch of {} samples does not divide by dp x micro = {} x {}",
                    job.global_batch, parallel.data, layout.micro_batch));
  } else if (!stages_fit(layout, work, job)) {
    problems.push_back(fmt::format(
        "pp x vpp = {} x {} does not deal out {} layers and whole rounds of micro-batches",
        parallel.pipeline, layout.virtual_stages, work.layers));
  } else if (!schedule_fits(layout, job)) {
    problems.push_back(fmt::format(
        "{} with pp x vpp = {} x {} and {} micro-batches a data rank does not run",
        layout.schedule == Schedule::kDualPipe
            ? "dualpipe, which takes an even pp, vpp = 1 and an even number of micro-batches of at "
              "least 2 pp,"
            : "zero-bubble, which takes a pipeline and vpp = 1,",
        parallel.pipeline, layout.virtual_stages, micro_batches(layout, job)));
  }
  if (!shards_fit(layout)) {
    problems.push_back(fmt::format(
        "shard = {} does not divide dp = {} and the ranks of each expert, or nothing is sharded",
        layout.shard_ranks, parallel.data));
  }
  if (!recompute_fits(layout, work, job)) {
    problems.push_back(fmt::format("recompute of a block of {} layers, of stages of {} layers",
                                   layout.recompute_layers, work.layers / parallel.pipeline));
  }
  if (!heads_fit(layout, work)) {
    problems.push_back(
        fmt::format("context=ulysses deals out heads to tp x cp = {} x {} ranks, "
                    "which do not divide them",
                    parallel.tensor, parallel.context));
  }
  if (job.sequence % parallel.context != 0) {
    problems.push_back(
        fmt::format("cp = {} does not divide {} tokens", parallel.context, job.sequence));
  }
  return problems;
}

}  // namespace offtake::perf
