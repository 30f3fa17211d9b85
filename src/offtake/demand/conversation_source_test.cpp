#include "offtake/demand/conversation_source.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "offtake/demand/listed_lengths.hpp"
#include "offtake/demand/request_lengths.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::demand {
namespace {

using namespace literals;

constexpr PoissonArrivals kOneASecond{Hertz::in_base_units(1.0)};
constexpr std::int64_t kSecond = 1'000'000'000;

std::unique_ptr<RequestSource> drawn(std::uint64_t seed) {
  return std::make_unique<DrawnLengths>(
      IndependentLengths{LognormalLength{60.0, 1.0}, LognormalLength{40.0, 1.0}}, seed);
}

/// A whole conversation from its first turn, each answered `service` after it arrives.
std::vector<Request> turns_of(ConversationSource& source, Request first, SimTime service) {
  std::vector<Request> turns{std::move(first)};
  while (auto next = source.follow_up(turns.back(), turns.back().arrival + service)) {
    turns.push_back(std::move(*next));
  }
  return turns;
}

}  // namespace

TEST_CASE("a later prompt is all that was said and the new text") {
  ConversationSource source({.starts = kOneASecond,
                             .turns = FixedTurns{3},
                             .think = {.mean = 2.0_s, .exponential = false},
                             .prefix_block_tokens = 10},
                            listed({{10, 5}, {20, 6}, {30, 7}, {11, 3}}), 1);
  const auto turns = turns_of(source, *source.next(), SimTime{kSecond});
  REQUIRE(turns.size() == 3);
  CHECK(turns[0].input == 10);
  CHECK(turns[1].input == 35);  // 10 + 5 + 20
  CHECK(turns[2].input == 71);  // 35 + 6 + 30
  CHECK(turns[2].output == 7);
  CHECK(turns[1].arrival - turns[0].arrival == SimTime{3 * kSecond});
  CHECK(turns[2].arrival - turns[1].arrival == SimTime{3 * kSecond});
  CHECK(turns[0].prefix_blocks.size() == 1);  // 15 tokens with the answer.
  CHECK(turns[1].prefix_blocks.size() == 4);  // 41
  CHECK(turns[2].prefix_blocks.size() == 7);  // 78
  // The lengths end after the first turn of the second conversation.
  const auto short_one = turns_of(source, *source.next(), SimTime{kSecond});
  CHECK(short_one.size() == 1);
  CHECK(short_one[0].session != turns[0].session);
  CHECK(!source.next());
}

TEST_CASE("a turn that the context cannot hold ends its conversation, and is counted") {
  ConversationSource source(
      {.starts = kOneASecond, .turns = FixedTurns{4}, .think = {.mean = 1.0_s}, .context_max = 41},
      listed({{10, 5}, {20, 6}, {1, 1}, {1, 1}}), 1);
  // 35 + 6 = 41 fits; 35 + 6 + 1 + 1 = 43 does not, nor what would follow it.
  CHECK(turns_of(source, *source.next(), SimTime{kSecond}).size() == 2);
  CHECK(source.conversations_cut() == 1);
  CHECK(source.turns_cut() == 2);
}

TEST_CASE("earlier turns' blocks stand first in later ones, and conversations share none") {
  CHECK(rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const int block = *rc::gen::inRange(1, 64);
    const int context_max = *rc::gen::inRange(200, 2000);
    ConversationSource source({.starts = kOneASecond,
                               .limits = {.requests = 8},
                               .turns = GeometricTurns{*rc::gen::inRange(10, 80) / 10.0},
                               .think = {.mean = 3.0_s},
                               .context_max = context_max,
                               .prefix_block_tokens = block},
                              drawn(seed), seed);
    std::set<std::uint64_t> names;
    std::size_t longest = 0;
    SimTime last;
    int conversations = 0;
    while (const auto first = source.next()) {
      RC_ASSERT(first->arrival >= last);
      last = first->arrival;
      ++conversations;
      const auto turns = turns_of(source, *first, SimTime{kSecond});
      for (std::size_t turn = 0; turn < turns.size(); ++turn) {
        const auto& blocks = turns[turn].prefix_blocks;
        RC_ASSERT(blocks.size() ==
                  static_cast<std::size_t>((turns[turn].input + turns[turn].output) / block));
        if (turn == 0) continue;
        const auto& before = turns[turn - 1];
        RC_ASSERT(turns[turn].input > before.input + before.output);
        RC_ASSERT(turns[turn].input + turns[turn].output <= context_max);
        RC_ASSERT(turns[turn].arrival >= before.arrival + SimTime{kSecond});
        RC_ASSERT(turns[turn].session == before.session);
        RC_ASSERT(std::ranges::equal(
            before.prefix_blocks,
            std::vector(blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(
                                                             before.prefix_blocks.size()))));
      }
      const auto& blocks = turns.back().prefix_blocks;
      names.insert(blocks.begin(), blocks.end());
      longest += blocks.size();
    }
    RC_ASSERT(conversations == 8);
    RC_ASSERT(names.size() == longest);
  }));
}

TEST_CASE("turns are geometric with the mean asked for") {
  for (const double mean : {1.0, 1.5, 6.0}) {
    CAPTURE(mean);
    ConversationSource source({.starts = kOneASecond,
                               .limits = {.requests = 10'000},
                               .turns = GeometricTurns{mean},
                               .think = {.mean = 1.0_s}},
                              drawn(1), 1);
    double turns = 0.0, single = 0.0;
    while (const auto first = source.next()) {
      const auto size = static_cast<double>(turns_of(source, *first, SimTime{1}).size());
      turns += size;
      single += size == 1.0 ? 1.0 : 0.0;
    }
    // The variance is mean (mean - 1), and one turn alone has probability 1 / mean; five standard
    // errors of 10,000 conversations.
    CHECK(std::abs(turns / 1e4 - mean) <= 5.0 * std::sqrt(mean * (mean - 1.0) / 1e4));
    CHECK(std::abs(single / 1e4 - 1.0 / mean) <= 5.0 * std::sqrt((1.0 - 1.0 / mean) / mean / 1e4));
  }
}

TEST_CASE("a conversation is the same however fast its answers come") {
  const Conversations conversations{
      .starts = kOneASecond, .turns = FixedTurns{5}, .think = {.mean = 2.0_s}};
  ConversationSource fast(conversations, drawn(4), 4), slow(conversations, drawn(4), 4);
  // The fast one ends each conversation before the next begins; the slow one begins both first.
  const auto fast_one = turns_of(fast, *fast.next(), SimTime{1});
  const auto fast_two = turns_of(fast, *fast.next(), SimTime{1});
  const auto slow_first = *slow.next();
  const auto slow_two = turns_of(slow, *slow.next(), SimTime{kSecond});
  const auto slow_one = turns_of(slow, slow_first, SimTime{kSecond});
  for (std::size_t turn = 0; turn < 5; ++turn) {
    CHECK(fast_one[turn].input == slow_one[turn].input);
    CHECK(fast_two[turn].output == slow_two[turn].output);
    const auto waits = static_cast<std::int64_t>(turn);
    CHECK((slow_one[turn].arrival - fast_one[turn].arrival).ns == waits * (kSecond - 1));
  }
}

}  // namespace offtake::demand
