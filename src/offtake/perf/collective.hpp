#pragma once

#include <optional>

#include "offtake/perf/sustained_domain.hpp"
#include "offtake/perf/torus_slice.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// What a group of ranks does together. The message is the whole buffer of one rank: what it holds
/// before an all-reduce, a reduce-scatter or an all-to-all, and after an all-gather.
enum class CollectiveKind { kAllReduce, kReduceScatter, kAllGather, kAllToAll, kSend };

/// How it is done. All costs below are for `n` ranks, message `S`, bandwidth `B` per chip and
/// direction, step latency `a`.
enum class CollectiveAlgorithm {
  kNone,          ///< One rank: nothing to do.
  kRing,          ///< n - 1 steps of S / n; twice for an all-reduce.
  kTree,          ///< All-reduce up and down a pipelined binary tree: 2 log2(n) a + 2 S / B.
  kDirect,        ///< Each rank to each other at once: one step a phase, (n - 1) / n S / B.
  kInSwitch,      ///< The switch adds and copies: an all-reduce is 2 a + S / B.
  kTorus,         ///< Along all sides at once, or bound by the cut for an all-to-all.
  kHierarchical,  ///< Inside each scale-up domain, and across them.
};

struct CollectiveCost {
  Seconds time;
  CollectiveAlgorithm algorithm = CollectiveAlgorithm::kNone;
};

/// Which algorithms a stack may take; a topology that has none of them uses what it has.
struct AllowedAlgorithms {
  bool ring = true;
  bool tree = true;
  bool direct = true;
  bool in_switch = true;
};

/// The cheapest allowed way within one domain; nothing when the ranks do not fit into it (more
/// ranks than chips, or no box of a torus).
std::optional<CollectiveCost> collective_cost(CollectiveKind kind, Bytes message, int ranks,
                                              const SustainedDomain& domain,
                                              const AllowedAlgorithms& allowed = {});

/// Where a group's ranks lie: `inside` in each of `across` scale-up domains.
struct GroupPlacement {
  int inside = 1;
  int across = 1;
  /// Of the ranks inside one domain that is a torus; absent: its best box (`torus_slice`).
  std::optional<TorusSlice> slice = {};

  constexpr int ranks() const { return inside * across; }
};

/// A group of `ranks` neighbours, each `stride` chips from the next, on a network whose scale-up
/// domain has `chips`: as many inside one domain as fit and divide the group evenly; the chips left
/// over in a domain, as 8 of 72 for a group of 128, stand idle or serve another job.
GroupPlacement place_group(int ranks, int stride, int chips);

/// Over both networks: reduce-scatter inside, the rest across on 1 / inside of the message, and
/// gather inside; an all-to-all sends its shares inside and across at once. Nothing when a network
/// that is needed is missing or too small.
std::optional<CollectiveCost> collective_cost(CollectiveKind kind, Bytes message,
                                              const GroupPlacement& placement,
                                              const SustainedNetwork& network,
                                              const AllowedAlgorithms& allowed = {});

}  // namespace offtake::perf
