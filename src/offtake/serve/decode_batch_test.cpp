#include "offtake/serve/decode_batch.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace offtake;
using namespace offtake::serve;

TEST_CASE("a decode batch takes a block where a context fills its last one") {
  DecodeBatch batch(4);
  batch.join(1, 0, 7, 10, {});  // Its second block has one place left.
  batch.join(2, 1, 8, 3, {});   // Its blocks are full.
  CHECK(batch.context() == 15);
  CHECK(batch.steps_to_finish() == 3);
  CHECK(batch.blocks_for_steps(1) == 1);  // The second's.
  CHECK(batch.blocks_for_steps(2) == 2);  // And then the first's.
  CHECK(batch.blocks_for_steps(5) == 3);
  CHECK(batch.steps_within(1, 10) == 1);
  CHECK(batch.steps_within(2, 10) == 4);
  batch.advance(3);
  CHECK(batch.context() == 21);
  REQUIRE(batch.has_finished());
  CHECK(batch.remove_finished().id == 2);
  CHECK(batch.context() == 10);
  CHECK(batch.remove_newest().id == 1);
  CHECK(batch.empty());
}

TEST_CASE("a decode batch agrees with a count of each sequence by itself") {
  struct Alone {
    SequenceId id;
    std::int64_t context;
    std::int64_t left;
  };
  CHECK(rc::check([] {
    const int block = *rc::gen::inRange(1, 20);
    DecodeBatch batch(block);
    std::vector<Alone> alone;
    const auto blocks_of = [&](std::int64_t tokens) { return (tokens + block - 1) / block; };
    for (int round = 0; round < 30; ++round) {
      if (alone.empty() || *rc::gen::inRange(0, 2) == 0) {
        const Alone one{.id = round,
                        .context = *rc::gen::inRange<std::int64_t>(1, 60),
                        .left = *rc::gen::inRange<std::int64_t>(1, 40)};
        alone.push_back(one);
        batch.join(one.id, round, one.context, one.left, {});
        continue;
      }
      std::int64_t least = alone.front().left;
      std::int64_t context = 0;
      for (const Alone& one : alone) {
        least = std::min(least, one.left);
        context += one.context;
      }
      RC_ASSERT(batch.context() == context);
      RC_ASSERT(batch.steps_to_finish() == least);
      const std::int64_t steps = *rc::gen::inRange<std::int64_t>(1, least + 1);
      const auto taken = [&](std::int64_t count) {
        std::int64_t sum = 0;
        for (const Alone& one : alone) {
          sum += blocks_of(one.context + count) - blocks_of(one.context);
        }
        return sum;
      };
      RC_ASSERT(batch.blocks_for_steps(steps) == taken(steps));
      const std::int64_t available = *rc::gen::inRange<std::int64_t>(0, 40);
      const std::int64_t within = batch.steps_within(available, steps);
      RC_ASSERT(taken(within) <= available);
      if (within < steps) RC_ASSERT(taken(within + 1) > available);
      batch.advance(steps);
      std::vector<SequenceId> ended;
      for (Alone& one : alone) {
        one.context += steps;
        one.left -= steps;
        if (one.left == 0) ended.push_back(one.id);
      }
      std::erase_if(alone, [](const Alone& one) { return one.left == 0; });
      for (const SequenceId id : ended) {
        RC_ASSERT(batch.has_finished());
        RC_ASSERT(batch.remove_finished().id == id);  // Of those at once, in order of admission.
      }
      RC_ASSERT(!batch.has_finished());
    }
  }));
}
