#include "offtake/perf/training_communication.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/perf/collective.hpp"
#include "offtake/perf/context_heads.hpp"
#include "offtake/perf/expert_placement.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

constexpr Bytes kElement = 2.0_B;

/// Chips are numbered with tensor ranks next to one another, then context, data, and stages last;
/// the ranks of a group are `stride` apart.
struct Group {
  int ranks;
  int stride;
};

class Collectives {
 public:
  explicit Collectives(const TrainingRates& rates) : rates_(rates) {}

  std::optional<Transfer> of(CollectiveKind kind, Bytes message, Group group) const {
    if (group.ranks == 1) return Transfer{};
    const GroupPlacement placement =
        place_group(group.ranks, group.stride, rates_.network.scale_up.chips);
    const std::optional<CollectiveCost> cost =
        collective_cost(kind, message, placement, rates_.network);
    if (!cost) return std::nullopt;
    return Transfer{.time = cost->time,
                    .compute_share = placement.across > 1 ? rates_.scale_out_compute_share
                                                          : rates_.scale_up_compute_share};
  }

 private:
  const TrainingRates& rates_;
};

/// Halves of a layer whose matrices the tensor ranks share.
int shared_halves(const LayerWork& layer, const ParallelLayout& parallel) {
  const bool dealt_out = layer.parameters.experts > 0 && parallel.expert > 1;
  const bool feed_forward = layer.has_feed_forward && (!dealt_out || layer.dense_width > 0.0);
  return (layer.has_attention ? 1 : 0) + (feed_forward ? 1 : 0);
}

std::optional<Transfer> tensor_transfer(const MicroBatch& batch, const TrainingWork& work,
                                        const TrainingLayout& layout,
                                        const Collectives& collectives) {
  const ParallelLayout& parallel = layout.parallel;
  double halves = 0.0;
  for (const LayerWork& group : work.groups) {
    halves += group.layers * shared_halves(group, parallel);
  }
  const Group group{parallel.tensor, 1};
  const Bytes message = batch.tokens * work.hidden * kElement;
  const double forward_passes = 1.0 + batch.recomputed;
  if (!layout.sequence_parallel) {
    const auto all_reduce = collectives.of(CollectiveKind::kAllReduce, message, group);
    if (!all_reduce) return std::nullopt;
    return halves * (forward_passes + 1.0) * *all_reduce;
  }
  const auto gather = collectives.of(CollectiveKind::kAllGather, message, group);
  const auto scatter = collectives.of(CollectiveKind::kReduceScatter, message, group);
  if (!gather || !scatter) return std::nullopt;
  return halves * ((forward_passes + 2.0) * *gather + (forward_passes + 1.0) * *scatter);
}

/// Queries, keys and values of a rank's tokens to the ranks of their heads, and the heads' outputs
/// back; the same of their gradients.
std::optional<Transfer> trade_heads(const MicroBatch& batch, const LayerWork& layer,
                                    const TrainingLayout& layout, const Collectives& collectives) {
  const ParallelLayout& parallel = layout.parallel;
  const Group group{parallel.context, parallel.tensor};
  const double inputs = layer.query_width + kv_copies(layer, layout) * layer.kv_width;
  const auto send = [&](double width) {
    const Bytes message = batch.tokens * width / parallel.tensor * kElement;
    return collectives.of(CollectiveKind::kAllToAll, message, group);
  };
  const auto in = send(inputs);
  const auto out = send(layer.attended_width);
  if (!in || !out) return std::nullopt;
  return (2.0 + batch.recomputed) * (*in + *out);
}

std::optional<Transfer> gather_keys(const MicroBatch& batch, const LayerWork& layer,
                                    const TrainingLayout& layout, const Collectives& collectives) {
  const ParallelLayout& parallel = layout.parallel;
  const Group group{parallel.context, parallel.tensor};
  const Bytes message =
      batch.tokens * parallel.context * layer.kv_width / parallel.tensor * kElement;
  const auto gather = collectives.of(CollectiveKind::kAllGather, message, group);
  const auto scatter = collectives.of(CollectiveKind::kReduceScatter, message, group);
  if (!gather || !scatter) return std::nullopt;
  return (2.0 + batch.recomputed) * *gather + *scatter;
}

std::optional<Transfer> context_transfer(const MicroBatch& batch, const TrainingWork& work,
                                         const TrainingLayout& layout,
                                         const Collectives& collectives) {
  Transfer sum;
  if (layout.parallel.context == 1) return sum;
  const bool heads = layout.context_kind == ContextKind::kUlysses;
  for (const LayerWork& layer : work.groups) {
    if (!layer.has_attention || (!heads && layer.kv_width == 0.0)) continue;
    const auto once = heads ? trade_heads(batch, layer, layout, collectives)
                            : gather_keys(batch, layer, layout, collectives);
    if (!once) return std::nullopt;
    sum = sum + layer.layers * *once;
  }
  return sum;
}

/// Domains that at least one of a token's `active` experts lies in, of `domains`, over `active`: a
/// token crosses to each only once and is copied there (DeepSeek-AI, DeepEP, 2025).
double share_sent_across(int active, int domains) {
  const double reached = domains * (1.0 - std::pow(1.0 - 1.0 / domains, active));
  return reached / active;
}

std::optional<Transfer> all_to_all(Bytes message, int active, Group group,
                                   const TrainingRates& rates) {
  const SustainedNetwork& network = rates.network;
  const GroupPlacement placement = place_group(group.ranks, group.stride, network.scale_up.chips);
  Transfer transfer{.compute_share = rates.scale_up_compute_share};
  if (placement.inside > 1) {
    const auto inside =
        collective_cost(CollectiveKind::kAllToAll, message, placement.inside, network.scale_up);
    if (!inside) return std::nullopt;
    transfer.time = inside->time;
  }
  if (placement.across > 1) {
    if (!network.scale_out) return std::nullopt;
    const Bytes leaving = share_sent_across(active, placement.across) * message;
    const auto across =
        collective_cost(CollectiveKind::kAllToAll, leaving, placement.across, *network.scale_out);
    if (!across) return std::nullopt;
    transfer.time = std::max(transfer.time, across->time);
    transfer.compute_share = rates.scale_out_compute_share;
  }
  return transfer;
}

std::optional<Transfer> expert_transfer(const MicroBatch& batch, const TrainingWork& work,
                                        const TrainingLayout& layout, const TrainingRates& rates,
                                        const TrainingAssumptions& assumptions) {
  const ParallelLayout& parallel = layout.parallel;
  Transfer sum;
  if (parallel.expert == 1) return sum;
  const double passes = 4.0 + 2.0 * batch.recomputed;
  for (const LayerWork& layer : work.groups) {
    const int active = layer.parameters.experts_active;
    if (active == 0) continue;
    const Bytes message = assumptions.expert_load * batch.tokens / parallel.tensor * active *
                          layer.routed_width * kElement;
    const auto once = all_to_all(message, active, {parallel.expert, 1}, rates);
    if (!once) return std::nullopt;
    sum = sum + layer.layers * passes * *once;
  }
  return sum;
}

}  // namespace

std::optional<LayerTransfers> layer_transfers(const MicroBatch& batch, const TrainingWork& work,
                                              const TrainingLayout& layout,
                                              const TrainingRates& rates,
                                              const TrainingAssumptions& assumptions) {
  const Collectives collectives(rates);
  const auto tensor = tensor_transfer(batch, work, layout, collectives);
  const auto context = context_transfer(batch, work, layout, collectives);
  const auto expert = expert_transfer(batch, work, layout, rates, assumptions);
  if (!tensor || !context || !expert) return std::nullopt;
  return LayerTransfers{.tensor = *tensor, .context = *context, .expert = *expert};
}

std::optional<Transfer> pipeline_transfer(const MicroBatch& batch, const TrainingWork& work,
                                          const TrainingLayout& layout,
                                          const TrainingRates& rates) {
  const ParallelLayout& parallel = layout.parallel;
  const Bytes message = batch.tokens * work.hidden / parallel.tensor * kElement;
  const auto send = Collectives(rates).of(CollectiveKind::kSend, message,
                                          {parallel.pipeline, parallel.chips_per_stage()});
  if (!send) return std::nullopt;
  return 2.0 * *send;
}

namespace {

/// Ranks that hold the same weights: those that shard them, their mirrors in DualPipe, and those
/// that hold the same shard again.
class Replicas {
 public:
  Replicas(const TrainingLayout& layout, int ranks, int stride)
      : inside_{ranks / shard_copies(layout), stride},
        mirrors_{stages_held(layout.schedule),
                 std::max(1, layout.parallel.pipeline - 1) * layout.parallel.chips_per_stage()},
        across_{shard_copies(layout), stride * inside_.ranks} {}

  /// Over all that shard.
  std::optional<Transfer> shard(CollectiveKind kind, Bytes message,
                                const Collectives& collectives) const {
    if (message == Bytes{}) return Transfer{};
    const auto inside = collectives.of(kind, message, inside_);
    const auto mirrored = collectives.of(kind, message / inside_.ranks, mirrors_);
    if (!inside || !mirrored) return std::nullopt;
    return *inside + *mirrored;
  }

  std::optional<Transfer> replicate(Bytes message, const Collectives& collectives) const {
    if (message == Bytes{}) return Transfer{};
    return collectives.of(CollectiveKind::kAllReduce, message / (inside_.ranks * mirrors_.ranks),
                          across_);
  }

 private:
  Group inside_;
  Group mirrors_;  ///< At the ends of a pipeline they are farthest apart.
  Group across_;
};

std::optional<Transfer> both(const std::optional<Transfer>& a, const std::optional<Transfer>& b) {
  if (!a || !b) return std::nullopt;
  return *a + *b;
}

}  // namespace

std::optional<ReplicaTransfers> replica_transfers(const StageParameters& parameters,
                                                  const TrainingLayout& layout,
                                                  const TrainingRates& rates,
                                                  const TrainingAssumptions& assumptions) {
  const ParallelLayout& parallel = layout.parallel;
  const ParameterBytes& bytes = assumptions.parameter;
  const Collectives collectives(rates);
  const Replicas dense(layout, parallel.replicas(), parallel.tensor);
  const Replicas experts(layout, expert_replicas(parallel),
                         parallel.expert * expert_tensor_ranks(parallel));
  const auto shard = [&](CollectiveKind kind, const HeldParameters& held, Bytes each) {
    return both(dense.shard(kind, held.dense * each, collectives),
                experts.shard(kind, held.experts * each, collectives));
  };
  const HeldParameters& trained = parameters.trained;
  if (layout.sharding == Sharding::kNone) {
    const auto reduce = shard(CollectiveKind::kAllReduce, trained, bytes.gradient_sent);
    if (!reduce) return std::nullopt;
    return ReplicaTransfers{.reduce = *reduce};
  }
  const bool all = layout.sharding == Sharding::kZero3;
  const auto reduce = shard(CollectiveKind::kReduceScatter, trained, bytes.gradient_sent);
  const auto gather =
      shard(CollectiveKind::kAllGather, all ? parameters.held : trained, bytes.weight);
  const auto replicate =
      both(dense.replicate(trained.dense * bytes.gradient_sent, collectives),
           experts.replicate(trained.experts * bytes.gradient_sent, collectives));
  if (!reduce || !gather || !replicate) return std::nullopt;
  return ReplicaTransfers{.reduce = *reduce, .gather = *gather, .replicate = *replicate};
}

}  // namespace offtake::perf
