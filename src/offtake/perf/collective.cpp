#include "offtake/perf/collective.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/perf/torus_slice.hpp"

namespace offtake::perf {
namespace {

using hardware::Topology;

/// Phases in which the whole buffer passes each rank: two for an all-reduce, else one.
double phases(CollectiveKind kind) { return kind == CollectiveKind::kAllReduce ? 2.0 : 1.0; }

/// Source: Patarasuk and Yuan, "Bandwidth optimal all-reduce algorithms for clusters of
/// workstations", JPDC 69(2), 2009.
Seconds ring_time(CollectiveKind kind, Bytes message, int ranks, Bandwidth bandwidth,
                  Seconds latency) {
  return phases(kind) * (ranks - 1) * (latency + message / ranks / bandwidth);
}

/// Source: Sanders, Speck, Traff, "Two-tree algorithms for full bandwidth broadcast, reduction and
/// scan", Parallel Computing 35(12), 2009.
Seconds tree_time(Bytes message, int ranks, Bandwidth bandwidth, Seconds latency) {
  const int depth = std::bit_width(static_cast<unsigned>(ranks - 1));
  return 2.0 * (depth * latency + message / bandwidth);
}

Seconds direct_time(CollectiveKind kind, Bytes message, int ranks, Bandwidth bandwidth,
                    Seconds latency) {
  const double share = static_cast<double>(ranks - 1) / ranks;
  return phases(kind) * (latency + share * message / bandwidth);
}

/// Each rank sends its buffer once and receives the sum once, both directions at a time.
/// Source: Klenk et al., "An in-network architecture for accelerating shared-memory multiprocessor
/// collectives", ISCA 2020.
Seconds in_switch_time(Bytes message, Bandwidth bandwidth, Seconds latency) {
  return 2.0 * latency + message / bandwidth;
}

/// Of the fixed time with the ranks: 2/3 for two, one for eight. Two to seven microseconds and half
/// a microsecond for each doubling is what custom all-reduces take on Nvidia's nodes.
double growth(int ranks) { return 0.5 + 0.5 * std::log2(ranks) / 3.0; }

class Cheapest {
 public:
  void offer(Seconds time, CollectiveAlgorithm algorithm) {
    if (!best_ || time < best_->time) best_ = {time, algorithm};
  }
  std::optional<CollectiveCost> best() const { return best_; }

 private:
  std::optional<CollectiveCost> best_;
};

/// A switch, or a full mesh of which `ranks` use only the links among themselves.
CollectiveCost switched_cost(CollectiveKind kind, Bytes message, int ranks,
                             const SustainedDomain& domain, const AllowedAlgorithms& allowed) {
  Bandwidth bandwidth = domain.bandwidth;
  if (domain.topology == Topology::kFullMesh) {
    bandwidth *= static_cast<double>(ranks - 1) / (domain.chips - 1);
  }
  const Seconds latency = domain.latency;
  Cheapest cheapest;
  const bool direct_only = kind == CollectiveKind::kAllToAll;
  if (allowed.direct || direct_only) {
    cheapest.offer(direct_time(kind, message, ranks, bandwidth, latency),
                   CollectiveAlgorithm::kDirect);
  }
  if (direct_only) return *cheapest.best();
  cheapest.offer(ring_time(kind, message, ranks, bandwidth, latency), CollectiveAlgorithm::kRing);
  if (kind == CollectiveKind::kAllReduce) {
    if (allowed.tree) {
      cheapest.offer(tree_time(message, ranks, bandwidth, latency), CollectiveAlgorithm::kTree);
    }
    if (allowed.in_switch && domain.topology == Topology::kSwitchedReducing) {
      cheapest.offer(in_switch_time(message, bandwidth, latency), CollectiveAlgorithm::kInSwitch);
    }
  }
  return *cheapest.best();
}

/// Along one side of `chips` with links of `link`, an all-to-all of `message` a rank crosses the
/// middle: half of the ranks' bytes go over two links each way when the side wraps, over one when
/// not. The shortest way round halves the load, so message x n / (8 link) or / (4 link).
Seconds cut_time(Bytes message, int side, bool wraps, Bandwidth link) {
  return message * side / ((wraps ? 8.0 : 4.0) * link);
}

/// Source of the all-reduce: Jouppi et al., "TPU v4", ISCA 2023, and Kumar et al., "Scale
/// MLPerf-0.6 models on Google TPU-v3 Pods", 2019: the message is cut in as many parts as there are
/// sides and all links run at once.
CollectiveCost torus_cost(CollectiveKind kind, Bytes message, const TorusSlice& slice, int sides,
                          const SustainedDomain& domain) {
  const Bandwidth link = domain.bandwidth / (2.0 * sides);
  const int ranks = slice.sides[0] * slice.sides[1] * slice.sides[2];
  if (kind == CollectiveKind::kAllToAll) {
    Seconds time;
    for (std::size_t i = 0; i < slice.sides.size(); ++i) {
      if (slice.sides[i] == 1) continue;
      time =
          std::max(time, cut_time(message, slice.sides[i], slice.wraps[i], link / slice.stride[i]));
    }
    const Bytes leaves = message * (ranks - 1.0) / ranks;
    time = std::max(time, leaves / (link * slice.links()));
    return {time + domain.latency * slice.hops(), CollectiveAlgorithm::kTorus};
  }
  const double share = static_cast<double>(ranks - 1) / ranks;
  const Seconds transfer = share * message / (link * slice.links());
  return {phases(kind) * (transfer + domain.latency * slice.hops()), CollectiveAlgorithm::kTorus};
}

std::optional<CollectiveCost> torus_cost(CollectiveKind kind, Bytes message, int ranks,
                                         const SustainedDomain& domain,
                                         const std::optional<TorusSlice>& placed) {
  const SustainedDomain torus = as_torus(domain);
  const std::optional<TorusSlice> slice = placed ? placed : torus_slice(torus, ranks);
  if (!slice) return std::nullopt;
  return torus_cost(kind, message, *slice, torus.dimension_count, torus);
}

/// A point-to-point transfer has one link of a ring or torus, or all of a switch.
Seconds send_time(Bytes message, const SustainedDomain& domain) {
  Bandwidth bandwidth = domain.bandwidth;
  switch (domain.topology) {
    case Topology::kSwitched:
    case Topology::kSwitchedReducing:
      break;
    case Topology::kRing:
      bandwidth /= 2.0;
      break;
    case Topology::kTorus:
      bandwidth /= 2.0 * domain.dimension_count;
      break;
    case Topology::kFullMesh:
      bandwidth /= domain.chips - 1;
      break;
  }
  return domain.latency + message / bandwidth;
}

std::optional<CollectiveCost> cost_inside(CollectiveKind kind, Bytes message, int ranks,
                                          const SustainedDomain& domain,
                                          const std::optional<TorusSlice>& slice,
                                          const AllowedAlgorithms& allowed) {
  expects(ranks >= 1, "a collective has at least one rank");
  expects(message >= Bytes{}, "a message is not negative");
  if (ranks == 1) return CollectiveCost{};
  if (ranks > domain.chips) return std::nullopt;
  std::optional<CollectiveCost> cost;
  if (kind == CollectiveKind::kSend) {
    cost = CollectiveCost{send_time(message, domain), CollectiveAlgorithm::kDirect};
  } else if (is_torus(domain.topology)) {
    cost = torus_cost(kind, message, ranks, domain, slice);
  } else {
    cost = switched_cost(kind, message, ranks, domain, allowed);
  }
  if (cost) cost->time += domain.fixed * growth(ranks);
  return cost;
}

}  // namespace

std::optional<CollectiveCost> collective_cost(CollectiveKind kind, Bytes message, int ranks,
                                              const SustainedDomain& domain,
                                              const AllowedAlgorithms& allowed) {
  return cost_inside(kind, message, ranks, domain, std::nullopt, allowed);
}

GroupPlacement place_group(int ranks, int stride, int chips) {
  expects(ranks >= 1 && stride >= 1 && chips >= 1, "a group has ranks, a stride and a domain");
  const int reach = std::max(1, chips / stride);
  int inside = std::min(ranks, reach);
  while (ranks % inside != 0) --inside;
  return {.inside = inside, .across = ranks / inside};
}

std::optional<CollectiveCost> collective_cost(CollectiveKind kind, Bytes message,
                                              const GroupPlacement& placement,
                                              const SustainedNetwork& network,
                                              const AllowedAlgorithms& allowed) {
  if (placement.across == 1) {
    return cost_inside(kind, message, placement.inside, network.scale_up, placement.slice, allowed);
  }
  if (!network.scale_out) return std::nullopt;
  const SustainedDomain& outer = *network.scale_out;
  if (kind == CollectiveKind::kSend || placement.inside == 1) {
    return collective_cost(kind, message, placement.across, outer, allowed);
  }
  const auto inside = [&](CollectiveKind part, Bytes bytes) {
    return cost_inside(part, bytes, placement.inside, network.scale_up, placement.slice, allowed);
  };
  if (kind == CollectiveKind::kAllToAll) {
    // What stays in the domain, beside what leaves it.
    const auto within = inside(kind, message / placement.across);
    const auto beyond = collective_cost(kind, message, placement.across, outer, allowed);
    if (!within || !beyond) return std::nullopt;
    return CollectiveCost{std::max(within->time, beyond->time), CollectiveAlgorithm::kHierarchical};
  }
  const auto beyond =
      collective_cost(kind, message / placement.inside, placement.across, outer, allowed);
  const auto scatter = kind == CollectiveKind::kAllGather
                           ? std::optional<CollectiveCost>(CollectiveCost{})
                           : inside(CollectiveKind::kReduceScatter, message);
  const auto gather = kind == CollectiveKind::kReduceScatter
                          ? std::optional<CollectiveCost>(CollectiveCost{})
                          : inside(CollectiveKind::kAllGather, message);
  if (!beyond || !scatter || !gather) return std::nullopt;
  return CollectiveCost{scatter->time + beyond->time + gather->time,
                        CollectiveAlgorithm::kHierarchical};
}

}  // namespace offtake::perf
