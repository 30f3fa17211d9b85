#include "offtake/serve/kv_pool.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <list>
#include <map>
#include <ranges>

using namespace offtake::serve;

TEST_CASE("prefixes are kept until room is needed, the least recently used ones go first") {
  KvPool pool(10, 16, 2);  // A prefix block is two blocks of 16 tokens.
  const std::vector<std::uint64_t> first{11, 12};
  const std::vector<std::uint64_t> second{21};
  pool.take(4);
  pool.keep(first);
  pool.take(2);
  pool.keep(second);
  CHECK(pool.used() == 6);
  pool.release(first);
  pool.release(second);
  CHECK(pool.used() == 0);
  CHECK(pool.available() == 10);
  CHECK(pool.matched(first) == 2);
  pool.take(5);  // Four were free: the deepest block of the first goes.
  CHECK(pool.evicted() == 2);
  CHECK(pool.matched(first) == 1);
  CHECK(pool.matched(second) == 1);
  pool.read(std::span(first).first(1));
  pool.take(3);  // One free and the second's two: the first is being read.
  CHECK(pool.matched(first) == 1);
  CHECK(pool.matched(second) == 0);
  CHECK(pool.available() == 0);
}

TEST_CASE("a block that two sequences computed at once is kept once") {
  KvPool pool(10, 16, 1);
  const std::vector<std::uint64_t> names{5};
  pool.take(2);  // One for each.
  pool.keep(names);
  pool.keep(names);
  CHECK(pool.used() == 1);
  pool.release(names);
  CHECK(pool.used() == 1);
  pool.release(names);
  CHECK(pool.used() == 0);
}

TEST_CASE("the cache's counts agree with a list that is searched") {
  struct Kept {
    std::uint64_t name;
    int readers;
  };
  CHECK(rc::check([] {
    constexpr int kBlocks = 12;
    KvPool pool(kBlocks, 16, 1);
    std::list<Kept> kept;  // Without readers: oldest first.
    std::vector<std::vector<std::uint64_t>> readers;
    const auto find = [&](std::uint64_t name) {
      return std::ranges::find(kept, name, &Kept::name);
    };
    for (int round = 0; round < 60; ++round) {
      if (!readers.empty() && *rc::gen::inRange(0, 2) == 0) {
        const auto who = *rc::gen::inRange<std::size_t>(0, readers.size());
        pool.release(readers[who]);
        for (const std::uint64_t name : std::views::reverse(readers[who])) {
          const auto place = find(name);
          if (--place->readers == 0) kept.splice(kept.end(), kept, place);
        }
        readers.erase(readers.begin() + static_cast<std::ptrdiff_t>(who));
        continue;
      }
      // A sequence of up to four blocks of one of three families of prefixes.
      const std::uint64_t family = 100 * *rc::gen::inRange<std::uint64_t>(1, 4);
      std::vector<std::uint64_t> names;
      for (std::uint64_t i = 0, n = *rc::gen::inRange<std::uint64_t>(1, 5); i < n; ++i) {
        names.push_back(family + i);
      }
      std::int64_t matched = 0;
      for (const std::uint64_t name : names) {
        if (find(name) == kept.end()) break;
        ++matched;
      }
      RC_ASSERT(pool.matched(names) == matched);
      const auto read = std::span(names).first(static_cast<std::size_t>(matched));
      const auto computed = std::span(names).subspan(static_cast<std::size_t>(matched));
      pool.read(read);
      for (const std::uint64_t name : read) ++find(name)->readers;
      const auto used = std::ranges::count_if(kept, [](const Kept& k) { return k.readers > 0; });
      RC_ASSERT(pool.used() == used);
      const auto needed = static_cast<std::int64_t>(computed.size());
      if (needed > pool.available()) {
        pool.release(read);
        for (const std::uint64_t name : std::views::reverse(read)) {
          const auto place = find(name);
          if (--place->readers == 0) kept.splice(kept.end(), kept, place);
        }
        continue;
      }
      pool.take(needed);
      while (static_cast<std::int64_t>(kept.size()) + needed > kBlocks) {
        kept.erase(std::ranges::find(kept, 0, &Kept::readers));
      }
      pool.keep(computed);
      for (const std::uint64_t name : computed) {
        const auto place = find(name);
        if (place == kept.end()) {
          kept.push_back({name, 1});
        } else {
          ++place->readers;
        }
      }
      readers.push_back(names);
    }
    for (const auto& names : readers) pool.release(names);
    RC_ASSERT(pool.used() == 0);
    pool.clear_prefixes();
    RC_ASSERT(pool.available() == kBlocks);
  }));
}
