#include "offtake/perf/training_placement.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/perf/training_example.hpp"
#include "offtake/perf/training_step.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace literals;

namespace {

using hardware::Topology;

/// A torus of `sides` that wrap, each chip with 100 GB/s in all; slices whose side is a multiple of
/// `wrap_unit` wrap too.
SustainedNetwork torus(std::vector<int> sides, int wrap_unit = 0) {
  SustainedDomain domain{.topology = Topology::kTorus,
                         .dimension_count = static_cast<int>(sides.size()),
                         .wrap_unit = wrap_unit,
                         .bandwidth = 100.0_GB_per_s};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    domain.dimensions[i] = {.chips = sides[i], .wraps = true};
    domain.chips *= sides[i];
  }
  const SustainedDomain outer{.chips = 64, .bandwidth = 10.0_GB_per_s};
  return {.scale_up = domain, .scale_out = outer};
}

TrainingPlacement placed(const TrainingLayout& layout, const SustainedNetwork& network) {
  const auto place = place_training(layout, network);
  REQUIRE(place.has_value());
  return *place;
}

}  // namespace

TEST_CASE("tensor ranks of a torus take a side, data ranks the others") {
  // Trn2's node, 4 x 4: each group has a ring of four.
  const TrainingPlacement place = placed({.parallel = {.tensor = 4, .data = 4}}, torus({4, 4}));
  CHECK(place.tensor.slice->links() == 2.0);
  CHECK(place.data.slice->links() == 2.0);
  CHECK(place.tensor.slice->hops() == 3);
  CHECK(place.data.slice->hops() == 3);
}

TEST_CASE("ranks that lie apart share the links between") {
  // On a ring of 16, two neighbours hold a matrix: one link. The eight data ranks lie two apart and
  // wrap: two links, of which each carries two groups.
  SustainedNetwork ring{.scale_up = {.topology = Topology::kRing, .chips = 16}};
  ring.scale_up.dimensions[0] = {.chips = 16, .wraps = true};
  const TrainingPlacement place = placed({.parallel = {.tensor = 2, .data = 8}}, ring);
  CHECK(place.tensor.slice->links() == 1.0);
  CHECK(place.data.slice->links() == 1.0);
  CHECK(place.data.slice->hops() == 14);
}

TEST_CASE("a side of a job's slice wraps, a side of a group inside it does not") {
  // v5p: sides of four wrap by optical switches. 64 chips are 4 x 4 x 4; eight tensor ranks are
  // 2 x 4 or 2 x 2 x 2 of them: at best a ring of four and a line of two.
  const SustainedNetwork pod = torus({16, 16, 16}, 4);
  const TrainingPlacement whole = placed({.parallel = {.data = 64}}, pod);
  CHECK(whole.data.slice->links() == 6.0);
  const TrainingPlacement place = placed({.parallel = {.tensor = 8, .data = 8}}, pod);
  CHECK(place.tensor.slice->links() == 3.0);
  // Two tensor ranks of four on one side: its two links carry two groups; a ring of four beside.
  CHECK(place.data.slice->links() == 3.0);
}

TEST_CASE("data ranks of two pods reduce inside each, and shards across") {
  // 128 chips of two 8 x 8 pods.
  const TrainingPlacement place = placed({.parallel = {.data = 128}}, torus({8, 8}));
  CHECK(place.data.inside == 64);
  CHECK(place.data.across == 2);
  CHECK(place.data.slice->links() == 4.0);
}

TEST_CASE("hybrid sharding lies in a box of its own") {
  const TrainingPlacement place = placed(
      {.parallel = {.data = 64}, .sharding = Sharding::kZero3, .shard_ranks = 8}, torus({8, 8}));
  CHECK(place.data.ranks() == 8);
  CHECK(place.data_copies.ranks() == 8);
  CHECK(place.data.slice->links() == 2.0);
  CHECK(place.data_copies.slice->links() == 2.0);
}

TEST_CASE("what does not lie on the network says which group and why") {
  const auto three = place_training({.parallel = {.tensor = 3, .data = 5}}, torus({4, 4}));
  REQUIRE(!three.has_value());
  CHECK(three.error().group == "data");
  CHECK(three.error().ranks == 5);
  CHECK(three.error().stride == 3);
  CHECK(describe(three.error()) ==
        "the 5 data ranks, 3 chips apart, do not lie on the network: no box of 15 chips fits the "
        "torus");
  // Six tensor ranks are 2 x 3 of 4 x 6, and no four experts cut that.
  const auto experts =
      place_training({.parallel = {.tensor = 6, .data = 4, .expert = 4}}, torus({4, 6}));
  REQUIRE(!experts.has_value());
  CHECK(experts.error().group == "expert");
  SustainedNetwork alone = torus({4, 4});
  alone.scale_out.reset();
  const auto apart = place_training({.parallel = {.tensor = 4, .pipeline = 8}}, alone);
  REQUIRE(!apart.has_value());
  CHECK(apart.error().group == "pipeline");
  CHECK(describe(apart.error()) ==
        "the 8 pipeline ranks, 4 chips apart, do not lie on the network: they lie in 2 domains of "
        "16 chips, and nothing joins these");
}

TEST_CASE("behind a switch groups lie as before, in whole domains where they fit") {
  // 64 of 72 chips of a rack hold eight data ranks of eight chips.
  const SustainedNetwork rack{.scale_up = {.topology = Topology::kSwitched, .chips = 72},
                              .scale_out = SustainedDomain{.chips = 64}};
  const TrainingPlacement place =
      placed({.parallel = {.tensor = 8, .data = 16, .expert = 32}}, rack);
  CHECK(place.tensor.inside == 8);
  CHECK(place.data.inside == 8);
  CHECK(place.data.across == 2);
  CHECK(place.expert.inside == 32);
  CHECK(!place.data.slice.has_value());
}

TEST_CASE("tensor, data and pipeline ranks of a torus have a side to themselves once") {
  CHECK(rc::check([] {
    const SustainedNetwork pod = torus({8, 8, 8}, 4);
    const TrainingLayout layout{.parallel = {.tensor = 1 << *rc::gen::inRange(0, 4),
                                             .pipeline = 1 << *rc::gen::inRange(0, 3),
                                             .data = 1 << *rc::gen::inRange(0, 4),
                                             .context = 1 << *rc::gen::inRange(0, 3)}};
    const auto place = place_training(layout, pod);
    RC_ASSERT(place.has_value());
    int taken = 0;  // Sides along which a group's ranks are neighbours.
    for (const GroupPlacement& group : {place->tensor, place->data, place->pipeline}) {
      if (group.ranks() == 1) continue;
      RC_ASSERT(group.across == 1);
      const TorusSlice& slice = *group.slice;
      RC_ASSERT(slice.sides[0] * slice.sides[1] * slice.sides[2] == group.ranks());
      RC_ASSERT(slice.links() <= 6.0);
      for (std::size_t i = 0; i < 3; ++i) {
        if (slice.sides[i] > 1 && slice.stride[i] == 1) ++taken;
        RC_ASSERT(slice.sides[i] * slice.stride[i] <= 8);
      }
    }
    RC_ASSERT(taken <= 3);
  }));
}

}  // namespace offtake::perf
