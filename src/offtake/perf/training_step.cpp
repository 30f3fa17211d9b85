#include "offtake/perf/training_step.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/perf/held_parameters.hpp"
#include "offtake/perf/layer_time.hpp"
#include "offtake/perf/pipeline_schedule.hpp"
#include "offtake/perf/stage_layers.hpp"
#include "offtake/perf/training_communication.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

/// How long a step waits for a transfer, and what its hidden part costs the compute beside it.
struct Exposed {
  Seconds wait;
  Seconds contention;
};

/// At least `share` of the transfer is waited for, and all that `window` is too short to hide.
Exposed exposed(const Transfer& transfer, double share, Seconds window) {
  const Seconds wait = std::max(share * transfer.time, transfer.time - window);
  return {.wait = wait, .contention = transfer.compute_share * (transfer.time - wait)};
}

/// Two streams of work in one pass, where now one and now the other is behind: the 3-norm of both,
/// and a share of the transfer that is always waited for.
Exposed exposed_in_stream(const Transfer& transfer, double share, Seconds compute) {
  if (transfer.time == Seconds{}) return {};
  const double a = compute.in(1.0_s);
  const double b = transfer.time.in(1.0_s);
  const Seconds both = std::cbrt(a * a * a + b * b * b) * 1.0_s;
  const Seconds wait = std::min(transfer.time, both - compute + share * transfer.time);
  return {.wait = wait, .contention = transfer.compute_share * (transfer.time - wait)};
}

/// One pass of one micro-batch through all layers of the model.
struct Pass {
  ComputeTime compute;
  Exposed tensor;
  Exposed context;
  Exposed expert;

  Seconds contention() const { return tensor.contention + context.contention + expert.contention; }
  Seconds total() const { return compute.total() + waits(); }
  Seconds waits() const { return tensor.wait + context.wait + expert.wait + contention(); }
  /// Half of the transfers belong to the forward pass, the rest to the inputs' gradients.
  StagePass parts() const {
    const Seconds forward = compute.forward + 0.5 * waits();
    return {.forward = forward,
            .input_gradient = total() - forward - compute.weight_gradients,
            .weight_gradient = compute.weight_gradients};
  }
};

StagePass operator*(double factor, const StagePass& pass) {
  return {.forward = factor * pass.forward,
          .input_gradient = factor * pass.input_gradient,
          .weight_gradient = factor * pass.weight_gradient};
}

/// Of a rank's passes in DualPipe, the share that runs beside one of the other direction, none in
/// other schedules: 2 (m / 2 - p + 1) pairs in the main phase and p / 2 - 1 after it, of m; of the
/// outermost rank, which has fewest.
double paired_share(const PipelineSchedule& schedule) {
  if (schedule.kind != Schedule::kDualPipe) return 0.0;
  const double m = schedule.micro_batches;
  return (m - 1.5 * schedule.stages + 1.0) / m;
}

Exposed operator+(const Exposed& a, const Exposed& b) {
  return {.wait = a.wait + b.wait, .contention = a.contention + b.contention};
}

Exposed operator*(double factor, const Exposed& exposed) {
  return {.wait = factor * exposed.wait, .contention = factor * exposed.contention};
}

/// The same where a share of the passes run in pairs, of which `paired` of a transfer is exposed.
struct PairedExposure {
  double passes;
  double paired;

  Exposed operator()(const Transfer& transfer, double share, Seconds window) const {
    const Exposed alone = exposed(transfer, share, window);
    if (passes == 0.0) return alone;
    return (1.0 - passes) * alone + passes * exposed(transfer, paired, window);
  }
};

/// What all passes of a layout have in common.
struct PassRules {
  const TrainingLayout& layout;
  const TrainingPlacement& place;
  const TrainingRates& rates;
  const TrainingAssumptions& assumptions;
  PairedExposure by_pairs;
};

Pass pass_of(const MicroBatch& batch, const TrainingWork& work, const PassRules& rules) {
  const auto& [layout, place, rates, assumptions, by_pairs] = rules;
  const LayerTransfers transfers = layer_transfers(batch, work, layout, place, rates, assumptions);
  const ComputeTime compute = layers_time(batch, work, layout, rates, assumptions);
  const StepTraits::Exposed& shares = rates.traits.exposed;
  const double context_share =
      layout.context_kind == ContextKind::kUlysses ? assumptions.heads_exposed : shares.context;
  // Each kind of transfer hides behind the products that it feeds.
  const Seconds dense = compute.products + compute.recompute;
  return {.compute = compute,
          .tensor = exposed(transfers.tensor, shares.tensor, dense),
          .context = exposed(transfers.context, context_share, compute.attention),
          .expert = by_pairs(transfers.expert, shares.expert, compute.total())};
}

}  // namespace

TrainingModel::TrainingModel(const model::ModelArchitecture& model, const hardware::System& system,
                             const TrainingJob& job, const TrainingAssumptions& assumptions)
    : job_(job),
      assumptions_(assumptions),
      work_(training_work(model, job.sequence, job.adapter_rank)),
      prediction_module_(prediction_module(work_)),
      memory_available_(system.memory_share.value * system.chip.hbm_capacity.value),
      memory_reserved_(system.memory_reserve.value) {
  std::optional<TrainingRates> rates = training_rates(system, job.format);
  expects(rates.has_value(), "the system has training rates for the job's format");
  rates_ = *std::move(rates);
}

Tokens TrainingModel::tokens() const { return job_.tokens() * 1.0_tok; }

Flops TrainingModel::model_flops() const {
  return job_.tokens() * model_flops_per_token(work_, job_.prediction_modules) * 1.0_FLOP;
}

double TrainingModel::mfu(const TrainingTime& time, int chips) const {
  return model_flops() / (time.total() * rates_.peak) / chips;
}

std::expected<TrainingPlacement, NoPlacement> TrainingModel::place(
    const TrainingLayout& layout) const {
  return place_training(layout, rates_.network);
}

std::expected<TrainingTime, NoPlacement> TrainingModel::time(const TrainingLayout& layout) const {
  auto placed = place(layout);
  if (!placed) return std::unexpected(std::move(placed).error());
  return time(layout, *placed);
}

TrainingTime TrainingModel::time(const TrainingLayout& layout,
                                 const TrainingPlacement& place) const {
  const ParallelLayout& parallel = layout.parallel;
  const PipelineSchedule schedule = pipeline_schedule(layout, job_);
  const StageLayers stage = stage_layers(work_.layers, schedule);
  const auto batch_of = [&](double layers) {
    return MicroBatch{
        .tokens = static_cast<double>(layout.micro_batch) * job_.sequence / parallel.context,
        .quantised = hardware::element_size(job_.format) < 2.0_B,
        .recomputed = recomputed_layers(layout, layers) / layers};
  };
  const MicroBatch batch = batch_of(stage.fullest);

  const bool frozen = work_.adapter_rank > 0;
  const double layers_held = stages_held(layout.schedule) * stage.fullest;
  HeldParameters held = layers_held * held_of_layer(work_, parallel);
  HeldParameters trained = layers_held * trained_of_layer(work_, parallel);
  if (schedule.stages == 1) {
    const HeldParameters tables =
        (work_.tied_embeddings ? 1.0 : 2.0) * held_of_table(work_, parallel);
    held += tables;
    if (!frozen) trained += tables;
    const double modules = job_.prediction_modules * prediction_module_.layers;
    held += modules * held_of_layer(prediction_module_, parallel);
    trained += modules * trained_of_layer(prediction_module_, parallel);
  }
  const PassRules rules{
      layout, place, rates_, assumptions_, {paired_share(schedule), assumptions_.paired_exposed}};
  const Pass pass = pass_of(batch, work_, rules);
  const Transfer send = pipeline_transfer(batch, work_, layout, place, rates_);
  const ReplicaTransfers replicas =
      replica_transfers({held, trained}, layout, place, rates_, assumptions_);

  const StepTraits::Exposed& shares = rates_.traits.exposed;
  const double m = schedule.micro_batches;
  const double stage_share = stage.fullest / work_.layers;
  const double times = m * stage_share;  // Passes of all layers that the fullest stage makes.

  TrainingTime time;
  time.products = times * pass.compute.products;
  time.experts = times * pass.compute.experts;
  time.attention = times * pass.compute.attention;
  time.elementwise = times * pass.compute.elementwise;
  time.recompute = times * pass.compute.recompute;
  time.launches = times * pass.compute.launches;
  time.tensor_communication = times * pass.tensor.wait;
  time.context_communication = times * pass.context.wait;
  time.expert_communication = times * pass.expert.wait;
  time.contention = times * pass.contention();

  const Seconds stage_pass = stage_share * pass.total();
  // Each rank at an end of DualPipe has the output layer for half of the micro-batches.
  const double ends = 1.0 / stages_held(layout.schedule);
  const Seconds logits = ends * logits_time(batch, work_, layout, rates_, assumptions_);
  std::optional<Pass> fewer;  // Of the last stage, where it computes as many layers again of fewer.
  if (layout.recompute == Recompute::kBlock && stage.last != stage.fullest) {
    fewer = pass_of(batch_of(stage.last), work_, rules);
  }
  const Seconds last_pass = (fewer ? *fewer : pass).total() * stage.last / work_.layers + logits;
  time.logits = m * std::max(Seconds{}, last_pass - stage_pass);
  if (job_.prediction_modules > 0) {
    MicroBatch of_module = batch;
    if (layout.recompute == Recompute::kBlock) of_module.recomputed = 0.0;
    const Seconds module = ends * pass_of(of_module, prediction_module_, rules).total() + logits;
    const Seconds last = last_pass + job_.prediction_modules * module;
    time.prediction = m * (std::max(stage_pass, last) - std::max(stage_pass, last_pass));
  }
  time.bubble = pipeline_bubble(schedule, stage_share * pass.parts());

  const Exposed sends = rules.by_pairs(m * transfers_per_micro_batch(schedule) * send,
                                       shares.pipeline, m * stage_pass);
  time.pipeline_communication = sends.wait;
  time.contention += sends.contention;

  const auto add_data = [&](const Exposed& part, double count) {
    time.data_communication += count * part.wait;
    time.contention += count * part.contention;
  };
  const Seconds window = assumptions_.data_window * stage_pass;
  switch (layout.sharding) {
    case Sharding::kNone:
    case Sharding::kZero1:
      add_data(exposed(replicas.reduce + replicas.replicate + replicas.gather, shares.data, window),
               1.0);
      break;
    case Sharding::kZero2:
      add_data(exposed_in_stream(replicas.reduce, shares.sharded, stage_pass), m);
      add_data(exposed(replicas.replicate + replicas.gather, shares.data, window), 1.0);
      break;
    case Sharding::kZero3:
      add_data(
          exposed_in_stream(replicas.reduce + 2.0 * replicas.gather, shares.sharded, stage_pass),
          m);
      add_data(exposed(replicas.replicate, shares.data, window), 1.0);
      break;
  }

  const HeldParameters updated =
      layout.sharding == Sharding::kNone ? trained : shard_of(trained, layout);
  time.optimizer = updated.total() * assumptions_.parameter.optimizer_traffic / rates_.memory;
  const double doublings = std::max(0.0, std::log2(parallel.chips() / 8.0));
  time.stragglers = rates_.traits.scale_loss * doublings * time.total();
  time.fixed = rates_.step;
  return time;
}

Seconds TrainingModel::least_time(const TrainingLayout& layout) const {
  const MicroBatch batch{
      .tokens = static_cast<double>(layout.micro_batch) * job_.sequence / layout.parallel.context,
      .quantised = hardware::element_size(job_.format) < 2.0_B};
  const ComputeTime compute = layers_time(batch, work_, layout, rates_, assumptions_);
  const double times = micro_batches(layout, job_) * (1.0 / layout.parallel.pipeline);
  return times * compute.products + times * compute.experts + times * compute.attention +
         times * compute.elementwise + times * compute.launches + rates_.step;
}

std::vector<TrainingMemory> TrainingModel::memory_by_rank(const TrainingLayout& layout) const {
  return training_memory_by_rank(work_, job_, layout, assumptions_,
                                 {memory_reserved_, rates_.traits.fused_attention});
}

std::expected<TrainingMemory, TrainingDoesNotFit> TrainingModel::memory(
    const TrainingLayout& layout) const {
  const TrainingMemory memory = training_memory(work_, job_, layout, assumptions_,
                                                {memory_reserved_, rates_.traits.fused_attention});
  if (memory.total() > memory_available_) {
    return std::unexpected(TrainingDoesNotFit{.memory = memory, .available = memory_available_});
  }
  return memory;
}

std::expected<TrainingStep, NoTrainingStep> TrainingModel::step(
    const TrainingLayout& layout) const {
  const auto needed = memory(layout);
  if (!needed) return std::unexpected(needed.error());
  auto taken = time(layout);
  if (!taken) return std::unexpected(std::move(taken).error());
  return TrainingStep{.time = *taken, .memory = *needed};
}

}  // namespace offtake::perf
