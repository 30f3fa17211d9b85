#include "offtake/perf/training_communication.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/perf/collective.hpp"
#include "offtake/perf/context_heads.hpp"
#include "offtake/perf/expert_placement.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

constexpr Bytes kElement = 2.0_B;

class Collectives {
 public:
  explicit Collectives(const TrainingRates& rates) : rates_(rates) {}

  Transfer of(CollectiveKind kind, Bytes message, const GroupPlacement& group) const {
    if (group.ranks() == 1) return {};
    const std::optional<CollectiveCost> cost =
        collective_cost(kind, message, group, rates_.network);
    expects(cost.has_value(), "a group of a placed layout lies on the network");
    return {.time = cost->time,
            .compute_share =
                group.across > 1 ? rates_.scale_out_compute_share : rates_.scale_up_compute_share};
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

Transfer tensor_transfer(const MicroBatch& batch, const TrainingWork& work,
                         const TrainingLayout& layout, const GroupPlacement& group,
                         const Collectives& collectives) {
  const ParallelLayout& parallel = layout.parallel;
  double halves = 0.0;
  for (const LayerWork& layer : work.groups) {
    halves += layer.layers * shared_halves(layer, parallel);
  }
  const Bytes message = batch.tokens * work.hidden * kElement;
  const double forward_passes = 1.0 + batch.recomputed;
  if (!layout.sequence_parallel) {
    const auto all_reduce = collectives.of(CollectiveKind::kAllReduce, message, group);
    return halves * (forward_passes + 1.0) * all_reduce;
  }
  const auto gather = collectives.of(CollectiveKind::kAllGather, message, group);
  const auto scatter = collectives.of(CollectiveKind::kReduceScatter, message, group);
  return halves * ((forward_passes + 2.0) * gather + (forward_passes + 1.0) * scatter);
}

/// Queries, keys and values of a rank's tokens to the ranks of their heads, and the heads' outputs
/// back; the same of their gradients.
Transfer trade_heads(const MicroBatch& batch, const LayerWork& layer, const TrainingLayout& layout,
                     const GroupPlacement& group, const Collectives& collectives) {
  const ParallelLayout& parallel = layout.parallel;
  const double inputs = layer.query_width + kv_copies(layer, layout) * layer.kv_width;
  const auto send = [&](double width) {
    const Bytes message = batch.tokens * width / parallel.tensor * kElement;
    return collectives.of(CollectiveKind::kAllToAll, message, group);
  };
  const auto in = send(inputs);
  const auto out = send(layer.attended_width);
  return (2.0 + batch.recomputed) * (in + out);
}

Transfer gather_keys(const MicroBatch& batch, const LayerWork& layer, const TrainingLayout& layout,
                     const GroupPlacement& group, const Collectives& collectives) {
  const ParallelLayout& parallel = layout.parallel;
  const Bytes message =
      batch.tokens * parallel.context * layer.kv_width / parallel.tensor * kElement;
  const auto gather = collectives.of(CollectiveKind::kAllGather, message, group);
  const auto scatter = collectives.of(CollectiveKind::kReduceScatter, message, group);
  return (2.0 + batch.recomputed) * gather + scatter;
}

Transfer context_transfer(const MicroBatch& batch, const TrainingWork& work,
                          const TrainingLayout& layout, const GroupPlacement& group,
                          const Collectives& collectives) {
  Transfer sum;
  if (layout.parallel.context == 1) return sum;
  const bool heads = layout.context_kind == ContextKind::kUlysses;
  for (const LayerWork& layer : work.groups) {
    if (!layer.has_attention || (!heads && layer.kv_width == 0.0)) continue;
    const auto once = heads ? trade_heads(batch, layer, layout, group, collectives)
                            : gather_keys(batch, layer, layout, group, collectives);
    sum = sum + layer.layers * once;
  }
  return sum;
}

/// Domains that at least one of a token's `active` experts lies in, of `domains`, over `active`: a
/// token crosses to each only once and is copied there (DeepSeek-AI, DeepEP, 2025).
double share_sent_across(int active, int domains) {
  const double reached = domains * (1.0 - std::pow(1.0 - 1.0 / domains, active));
  return reached / active;
}

Transfer all_to_all(Bytes message, int active, const GroupPlacement& placement,
                    const TrainingRates& rates) {
  const SustainedNetwork& network = rates.network;
  Transfer transfer{.compute_share = rates.scale_up_compute_share};
  if (placement.inside > 1) {
    const auto inside = collective_cost(
        CollectiveKind::kAllToAll, message,
        GroupPlacement{.inside = placement.inside, .slice = placement.slice}, network);
    transfer.time = inside->time;
  }
  if (placement.across > 1) {
    const Bytes leaving = share_sent_across(active, placement.across) * message;
    const auto across =
        collective_cost(CollectiveKind::kAllToAll, leaving, placement.across, *network.scale_out);
    transfer.time = std::max(transfer.time, across->time);
    transfer.compute_share = rates.scale_out_compute_share;
  }
  return transfer;
}

Transfer expert_transfer(const MicroBatch& batch, const TrainingWork& work,
                         const TrainingLayout& layout, const GroupPlacement& group,
                         const TrainingRates& rates, const TrainingAssumptions& assumptions) {
  const ParallelLayout& parallel = layout.parallel;
  Transfer sum;
  if (parallel.expert == 1) return sum;
  const double passes = 4.0 + 2.0 * batch.recomputed;
  for (const LayerWork& layer : work.groups) {
    const int active = layer.parameters.experts_active;
    if (active == 0) continue;
    const Bytes message = assumptions.expert_load * batch.tokens / parallel.tensor * active *
                          layer.routed_width * kElement;
    const auto once = all_to_all(message, active, group, rates);
    sum = sum + layer.layers * passes * once;
  }
  return sum;
}

}  // namespace

LayerTransfers layer_transfers(const MicroBatch& batch, const TrainingWork& work,
                               const TrainingLayout& layout, const TrainingPlacement& place,
                               const TrainingRates& rates, const TrainingAssumptions& assumptions) {
  const Collectives collectives(rates);
  const auto tensor = tensor_transfer(batch, work, layout, place.tensor, collectives);
  const auto context = context_transfer(batch, work, layout, place.context, collectives);
  const auto expert = expert_transfer(batch, work, layout, place.expert, rates, assumptions);
  return {.tensor = tensor, .context = context, .expert = expert};
}

Transfer pipeline_transfer(const MicroBatch& batch, const TrainingWork& work,
                           const TrainingLayout& layout, const TrainingPlacement& place,
                           const TrainingRates& rates) {
  const Bytes message = batch.tokens * work.hidden / layout.parallel.tensor * kElement;
  const auto send = Collectives(rates).of(CollectiveKind::kSend, message, place.pipeline);
  return 2.0 * send;
}

namespace {

/// Ranks that hold the same weights: those that shard them, their mirrors in DualPipe, and those
/// that hold the same shard again.
struct Replicas {
  const GroupPlacement& inside;
  const GroupPlacement& mirrors;
  const GroupPlacement& across;

  /// Over all that shard.
  Transfer shard(CollectiveKind kind, Bytes message, const Collectives& collectives) const {
    if (message == Bytes{}) return Transfer{};
    const auto sharded = collectives.of(kind, message, inside);
    const auto mirrored = collectives.of(kind, message / inside.ranks(), mirrors);
    return sharded + mirrored;
  }

  Transfer replicate(Bytes message, const Collectives& collectives) const {
    if (message == Bytes{}) return Transfer{};
    return collectives.of(CollectiveKind::kAllReduce, message / (inside.ranks() * mirrors.ranks()),
                          across);
  }
};

}  // namespace

ReplicaTransfers replica_transfers(const StageParameters& parameters, const TrainingLayout& layout,
                                   const TrainingPlacement& place, const TrainingRates& rates,
                                   const TrainingAssumptions& assumptions) {
  const ParameterBytes& bytes = assumptions.parameter;
  const Collectives collectives(rates);
  const Replicas dense{place.data, place.mirrors, place.data_copies};
  const Replicas experts{place.expert_data, place.mirrors, place.expert_data_copies};
  const auto shard = [&](CollectiveKind kind, const HeldParameters& held, Bytes each) {
    return dense.shard(kind, held.dense * each, collectives) +
           experts.shard(kind, held.experts * each, collectives);
  };
  const HeldParameters& trained = parameters.trained;
  if (layout.sharding == Sharding::kNone) {
    const auto reduce = shard(CollectiveKind::kAllReduce, trained, bytes.gradient_sent);
    return {.reduce = reduce};
  }
  const bool all = layout.sharding == Sharding::kZero3;
  const auto reduce = shard(CollectiveKind::kReduceScatter, trained, bytes.gradient_sent);
  const auto gather =
      shard(CollectiveKind::kAllGather, all ? parameters.held : trained, bytes.weight);
  const auto replicate = dense.replicate(trained.dense * bytes.gradient_sent, collectives) +
                         experts.replicate(trained.experts * bytes.gradient_sent, collectives);
  return {.reduce = reduce, .gather = gather, .replicate = replicate};
}

}  // namespace offtake::perf
