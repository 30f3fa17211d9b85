#include "offtake/perf/collective.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;
using hardware::Topology;

namespace {

constexpr SustainedDomain kIsland{
    .topology = Topology::kSwitched, .chips = 8, .bandwidth = 100.0_GB_per_s, .latency = 2.0_us};
constexpr AllowedAlgorithms kRingOnly{.tree = false, .direct = false, .in_switch = false};

SustainedDomain with(Topology topology) {
  SustainedDomain domain = kIsland;
  domain.topology = topology;
  return domain;
}

/// 4 x 4 x 4 chips, 600 GB/s over six links of 100 GB/s.
SustainedDomain cube() {
  return {.topology = Topology::kTorus,
          .chips = 64,
          .dimensions = {{{.chips = 4}, {.chips = 4}, {.chips = 4}}},
          .dimension_count = 3,
          .bandwidth = 600.0_GB_per_s,
          .latency = 1.0_us};
}

Seconds time_of(CollectiveKind kind, Bytes message, int ranks, const SustainedDomain& domain,
                const AllowedAlgorithms& allowed = {}) {
  const auto cost = collective_cost(kind, message, ranks, domain, allowed);
  REQUIRE(cost.has_value());
  return cost->time;
}

}  // namespace

TEST_CASE("a ring all-reduce over four ranks takes six steps") {
  // Each step: 2 us of latency, then 1 GB / 4 at 100 GB/s = 2.5 ms.
  const Seconds time = time_of(CollectiveKind::kAllReduce, 1.0_GB, 4, kIsland, kRingOnly);
  CHECK(time.in(1.0_us) == doctest::Approx(6 * (2.0 + 2500.0)));
}

TEST_CASE("a small all-reduce goes directly or by a tree, not round the ring") {
  // 1 kB over 8: direct 2 x (2 us + 7/8 x 10 ns) = 4.0175 us; tree 2 x 3 x 2 us + 20 ns = 12.02 us.
  CHECK(time_of(CollectiveKind::kAllReduce, 1000.0_B, 8, kIsland).in(1.0_us) ==
        doctest::Approx(4.0175));
  const AllowedAlgorithms no_direct{.direct = false};
  const auto tree = collective_cost(CollectiveKind::kAllReduce, 1000.0_B, 8, kIsland, no_direct);
  CHECK(tree->algorithm == CollectiveAlgorithm::kTree);
  CHECK(tree->time.in(1.0_us) == doctest::Approx(12.02));
}

TEST_CASE("a switch that adds moves the buffer once") {
  // 2 x 2 us + 1 GB / 100 GB/s.
  const auto cost =
      collective_cost(CollectiveKind::kAllReduce, 1.0_GB, 8, with(Topology::kSwitchedReducing));
  CHECK(cost->algorithm == CollectiveAlgorithm::kInSwitch);
  CHECK(cost->time.in(1.0_us) == doctest::Approx(10004));
}

TEST_CASE("two chips of a full mesh of eight have one link of seven") {
  // 1 GB each way over 100 / 7 GB/s: two phases of 2 us + 0.5 GB / 14.2857 GB/s = 35 ms.
  CHECK(time_of(CollectiveKind::kAllReduce, 1.0_GB, 2, with(Topology::kFullMesh)).in(1.0_ms) ==
        doctest::Approx(2 * (0.002 + 35.0)));
}

TEST_CASE("a whole cube all-reduces over all six links") {
  // 2 x (63/64 x 1 GB / 600 GB/s + 9 hops x 1 us).
  CHECK(time_of(CollectiveKind::kAllReduce, 1.0_GB, 64, cube()).in(1.0_ms) ==
        doctest::Approx(2 * (63.0 / 64 / 0.6 + 0.009)));
}

TEST_CASE("a slice that is not a whole side is a line with one link") {
  // Two chips share one link of 100 GB/s: 2 x (0.5 GB / 100 GB/s + 1 us).
  CHECK(time_of(CollectiveKind::kAllReduce, 1.0_GB, 2, cube()).in(1.0_ms) ==
        doctest::Approx(2 * (5.0 + 0.001)));
}

TEST_CASE("an all-to-all on a torus is bound by its cut") {
  // 64 ranks each send 1 GB: 1 GB x 4 / (8 x 100 GB/s) = 5 ms, above 63/64 GB / 600 GB/s; 9 hops.
  CHECK(time_of(CollectiveKind::kAllToAll, 1.0_GB, 64, cube()).in(1.0_ms) ==
        doctest::Approx(5.009));
}

TEST_CASE("a group that is no box of the torus has no place on it") {
  CHECK(!collective_cost(CollectiveKind::kAllReduce, 1.0_MB, 5, cube()));
  CHECK(!collective_cost(CollectiveKind::kAllReduce, 1.0_MB, 9, kIsland));
}

TEST_CASE("over two nodes of eight, an eighth of the message leaves the node") {
  // Ring inside: 2 x 7 x (2 us + 125 MB / 100 GB/s); outside 2 x (10 us + 62.5 MB / 50 GB/s).
  const SustainedDomain outer{.chips = 64, .bandwidth = 50.0_GB_per_s, .latency = 10.0_us};
  const SustainedNetwork network{.scale_up = kIsland, .scale_out = outer};
  const auto cost = collective_cost(CollectiveKind::kAllReduce, 1.0_GB,
                                    GroupPlacement{.inside = 8, .across = 2}, network, kRingOnly);
  REQUIRE(cost.has_value());
  CHECK(cost->algorithm == CollectiveAlgorithm::kHierarchical);
  CHECK(cost->time.in(1.0_us) == doctest::Approx(14 * (2 + 1250) + 2 * (10 + 1250)));
}

TEST_CASE("a group fills a domain before it leaves it") {
  CHECK(place_group(16, 1, 8).inside == 8);
  CHECK(place_group(16, 1, 8).across == 2);
  CHECK(place_group(4, 8, 8).inside == 1);
  CHECK(place_group(4, 2, 8).across == 1);
  CHECK(place_group(6, 1, 4).ranks() == 6);
  // Nine of the 72 chips are in reach; eight of them divide the group, and none of nine does.
  CHECK(place_group(64, 8, 72).inside == 8);
}

TEST_CASE("one rank has nothing to say") {
  for (const CollectiveKind kind : {CollectiveKind::kAllReduce, CollectiveKind::kAllToAll}) {
    CHECK(time_of(kind, 1.0_GB, 1, kIsland) == 0.0_s);
  }
}

TEST_CASE("no all-reduce without adding in the switch beats 2 (n - 1) / n of the message") {
  CHECK(rc::check([] {
    const int ranks = *rc::gen::inRange(2, 65);
    const Bytes message = *rc::gen::inRange(1, 1 << 30) * 1.0_B;
    for (const Topology topology : {Topology::kSwitched, Topology::kTorus, Topology::kRing}) {
      SustainedDomain domain = cube();
      domain.topology = topology;
      const auto cost = collective_cost(CollectiveKind::kAllReduce, message, ranks, domain);
      if (!cost) continue;
      const Seconds bound = 2.0 * (ranks - 1) / ranks * message / domain.bandwidth;
      RC_ASSERT(cost->time >= bound);
    }
  }));
}

TEST_CASE("an all-reduce costs a reduce-scatter and an all-gather at most") {
  CHECK(rc::check([] {
    const int ranks = *rc::gen::element(2, 4, 8, 16, 32, 64);
    const Bytes message = *rc::gen::inRange(1, 1 << 30) * 1.0_B;
    const SustainedDomain torus = cube();
    const Seconds both =
        collective_cost(CollectiveKind::kReduceScatter, message, ranks, torus)->time +
        collective_cost(CollectiveKind::kAllGather, message, ranks, torus)->time;
    const Seconds whole = collective_cost(CollectiveKind::kAllReduce, message, ranks, torus)->time;
    RC_ASSERT(whole <= both * (1.0 + 1e-12));
  }));
}

TEST_CASE("measured: eight H200 all-reduce 16 GiB round a ring at 367.6 GB/s of bus bandwidth") {
  // NCCL 2.27.7, Bekman, "Machine Learning Engineering", network benchmarks, 2026: 0.817 of the
  // 450 GB/s a direction. Bus bandwidth is 2 (n - 1) / n S / t.
  const SustainedDomain h200{.chips = 8, .bandwidth = 450.0_GB_per_s * 0.817, .latency = 7.0_us};
  const Bytes message = 16.0_GiB;
  const Seconds time = time_of(CollectiveKind::kAllReduce, message, 8, h200, kRingOnly);
  const Bandwidth bus = 2.0 * 7 / 8 * message / time;
  CHECK(bus.in(1.0_GB_per_s) == doctest::Approx(367.6).epsilon(0.01));
  // The same source at 256 KiB: 11.74 GB/s, 39 us; NCCL needs 2 direct steps or 6 of a tree.
  const Bytes small = 256.0_KiB;
  const Seconds quick = time_of(CollectiveKind::kAllReduce, small, 8, h200, {.direct = false});
  CHECK(quick.in(1.0_us) == doctest::Approx(39.1).epsilon(0.2));
}

}  // namespace offtake::perf
