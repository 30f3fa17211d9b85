#include "offtake/serve/router.hpp"

#include <doctest/doctest.h>

#include <map>
#include <memory>

#include "offtake/serve/serving_example.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::serve;
using demand::Request;

namespace {

/// 1 ms a prompt token; decode steps of 10 ms, and of 50 ms in the slow pool.
const LinearStepTimer kFast({.step = 10 * example::kMillisecond,
                             .per_prompt_token = example::kMillisecond});
const LinearStepTimer kSlow({.step = 50 * example::kMillisecond,
                             .per_prompt_token = example::kMillisecond});

/// Two replicas of a dear, fast pool and one of a cheap, slow one.
struct World {
  World() {
    fast.price = Dollars::in_base_units(10.0) / 1.0_h;
    slow.price = Dollars::in_base_units(2.0) / 1.0_h;
    for (Pool* pool : {&fast, &fast, &slow}) {
      pool->replica.prefix_blocks = 1;
      replicas.push_back(std::make_unique<Replica>(pool->replica, 1, sequences, tally));
      candidates.push_back({.replica = replicas.back().get(),
                            .pool = pool,
                            .index = static_cast<int>(candidates.size())});
    }
  }

  void load(int replica, std::int32_t input) {
    const SequenceId id =
        sequences.add({.request = {.input = input, .output = 10}, .prompt = input});
    replicas[static_cast<std::size_t>(replica)]->enqueue(id, {});
  }

  std::size_t choose(Routing routing, const ServiceObjective& objective = {},
                     const Request& request = {.input = 100, .output = 10}) {
    Router router(routing, 1);
    return router.choose(request, objective, candidates, {}).value();
  }

  Pool fast = example::pool_of(kFast, 2);
  Pool slow = example::pool_of(kSlow, 1);
  SequenceTable sequences;
  PoolTally tally;
  std::vector<std::unique_ptr<Replica>> replicas;
  std::vector<Candidate> candidates;
};

}  // namespace

TEST_CASE("round robin takes replicas in turn") {
  World world;
  Router router(Routing::kRoundRobin, 1);
  const Request request{.input = 10, .output = 10};
  for (const std::size_t place : {0u, 1u, 2u, 0u}) {
    CHECK(router.choose(request, {}, world.candidates, {}) == place);
  }
}

TEST_CASE("the least loaded has the fewest requests for its weight") {
  World world;
  world.load(0, 10);
  CHECK(world.choose(Routing::kLeastLoaded) == 1);
  world.load(1, 10);
  CHECK(world.choose(Routing::kLeastLoaded) == 2);
  world.load(2, 10);
  world.fast.weight = 4.0;  // A quarter each against one.
  CHECK(world.choose(Routing::kLeastLoaded) == 0);
}

TEST_CASE("of two drawn at random the less loaded is taken, and every pair is drawn") {
  World world;
  world.load(0, 10);
  Router router(Routing::kPowerOfTwo, 3);
  std::map<std::size_t, int> taken;
  for (int i = 0; i < 3000; ++i) {
    ++taken[router.choose({.input = 10, .output = 10}, {}, world.candidates, {}).value()];
  }
  CHECK(taken[0] == 0);  // It loses to either of the others.
  CHECK(taken[1] > 1200);
  CHECK(taken[2] > 1200);
}

TEST_CASE("a prefix draws a request, unless the queue there is longer than what it saves") {
  World world;
  const Request request{.input = 100, .output = 10, .prefix_blocks = {1, 2, 3, 4, 5, 6}};
  // The second replica has computed the same prompt.
  const SequenceId id = world.sequences.add(
      {.request = {.input = 100, .output = 1, .prefix_blocks = {1, 2, 3, 4, 5, 6}}, .prompt = 100});
  StepResults results;
  world.replicas[1]->enqueue(id, {});
  world.replicas[1]->advance({}, results);
  world.replicas[1]->advance(world.replicas[1]->next_event(), results);
  CHECK(results.finished.size() == 1);
  CHECK(world.replicas[1]->matched_tokens(request) == 96);
  CHECK(world.choose(Routing::kPrefixAware, {}, request) == 1);
  world.load(1, 200);
  CHECK(world.choose(Routing::kPrefixAware, {}, request) == 0);
}

TEST_CASE("a router that knows objectives passes by those that would miss them") {
  World world;
  const ServiceObjective tight{.ttft = sim_time(2.0_s), .tpot = sim_time(20.0_ms)};
  const ServiceObjective loose{.ttft = sim_time(2.0_s), .tpot = sim_time(80.0_ms)};
  // The slow pool is the cheap one, and too slow for the tight objective.
  CHECK(world.choose(Routing::kCostAware, loose) == 2);
  CHECK(world.choose(Routing::kCostAware, tight) == 0);
  world.load(2, 3000);  // Over three seconds of prompts.
  CHECK(world.choose(Routing::kCostAware, loose) == 0);
  world.load(0, 10);
  CHECK(world.choose(Routing::kSloAware, loose) == 1);
  world.load(0, 3000);
  world.load(1, 4000);
  // All miss it: the one that begins first.
  CHECK(world.choose(Routing::kSloAware, loose) == 0);
}

TEST_CASE("no router sends a request where it cannot be held") {
  World world;
  world.fast.replica.kv_blocks = 2;
  for (int i = 0; i < 2; ++i) {
    world.replicas[static_cast<std::size_t>(i)] =
        std::make_unique<Replica>(world.fast.replica, 1, world.sequences, world.tally);
    world.candidates[static_cast<std::size_t>(i)].replica =
        world.replicas[static_cast<std::size_t>(i)].get();
  }
  for (const Routing routing : {Routing::kRoundRobin, Routing::kLeastLoaded, Routing::kPowerOfTwo,
                                Routing::kPrefixAware, Routing::kSloAware, Routing::kCostAware}) {
    CHECK(world.choose(routing) == 2);
  }
  Router router(Routing::kLeastLoaded, 1);
  CHECK_FALSE(
      router.choose({.input = 1'000'000, .output = 1}, {}, world.candidates, {}).has_value());
}
