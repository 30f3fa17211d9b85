#include "offtake/perf/library_collective.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;
using hardware::CollectiveLibrary;

namespace {

constexpr CollectiveKind kKinds[] = {CollectiveKind::kAllReduce, CollectiveKind::kReduceScatter,
                                     CollectiveKind::kAllGather, CollectiveKind::kAllToAll};

CollectiveLibrary with_knee(double knee) {
  return {.name = "a library",
          .ranks_max = 8,
          .ring = {.start = {5.0_us}, .step = {1.0_us}},
          .exchange = {.start = {8.0_us}, .step = {0.2_us}},
          .paths = {{.ranks = 2, .bandwidth = {100.0_GB_per_s}}},
          .in_switch = {},
          .own_share = {0.5},
          .knee = {knee},
          .error = {0.2}};
}

double microseconds(CollectiveKind kind, Bytes message, int ranks,
                    const CollectiveLibrary& library) {
  const auto time = library_collective_time(kind, message, ranks, library);
  REQUIRE(time.has_value());
  return time->in(1.0_us);
}

CollectiveLibrary any_library() {
  CollectiveLibrary library = with_knee(*rc::gen::inRange(30, 101) / 100.0);
  library.ring.start.value = *rc::gen::inRange(1, 20) * 1.0_us;
  library.ring.step.value = *rc::gen::inRange(0, 40) * 0.1_us;
  library.exchange.step.value = *rc::gen::inRange(0, 40) * 0.1_us;
  library.own_share.value = *rc::gen::inRange(0, 101) / 100.0;
  library.paths.front().bandwidth.value = *rc::gen::inRange(1, 1000) * 1.0_GB_per_s;
  return library;
}

Bytes any_message() { return std::exp2(*rc::gen::inRange(0, 300) / 10.0) * 1.0_B; }
CollectiveKind any_kind() { return *rc::gen::elementOf(std::vector(kKinds, kKinds + 4)); }

}  // namespace

TEST_CASE("by hand: at a knee of one, latency and transfer add up") {
  // All-reduce of 1 MB over 4: six hops, 5 + 6 x 1 = 11 us; (6 + 0.5) / 4 MB at 100 GB/s = 16.25
  // us.
  const auto library = with_knee(1.0);
  CHECK(microseconds(CollectiveKind::kAllReduce, 1.0_MB, 4, library) == doctest::Approx(27.25));
  // All-gather: three hops, 8 us; 3.5 / 4 MB = 8.75 us. All-to-all: 8 + 3 x 0.2 = 8.6 us beside it.
  CHECK(microseconds(CollectiveKind::kAllGather, 1.0_MB, 4, library) == doctest::Approx(16.75));
  CHECK(microseconds(CollectiveKind::kReduceScatter, 1.0_MB, 4, library) == doctest::Approx(16.75));
  CHECK(microseconds(CollectiveKind::kAllToAll, 1.0_MB, 4, library) == doctest::Approx(17.35));
}

TEST_CASE("by hand: a knee of one half adds twice the geometric mean") {
  // (11^0.5 + 16.25^0.5)^2 = 27.25 + 2 x 178.75^0.5 = 53.99 us.
  CHECK(microseconds(CollectiveKind::kAllReduce, 1.0_MB, 4, with_knee(0.5)) ==
        doctest::Approx(27.25 + 2.0 * std::sqrt(178.75)));
}

TEST_CASE("by hand: a group has the bandwidth of its path, an all-reduce of the switch's") {
  CollectiveLibrary library = with_knee(1.0);
  library.paths.push_back({.ranks = 4, .bandwidth = {10.0_GB_per_s}});
  library.in_switch = {.ranks = 8, .bandwidth = {200.0_GB_per_s}};
  // Over 3 the first path: 5 + 2 us, 2.5 / 3 MB at 100 GB/s = 8.3333 us.
  CHECK(microseconds(CollectiveKind::kAllGather, 1.0_MB, 3, library) == doctest::Approx(15.3333));
  // Over 8 the second: 5 + 7 us, 7.5 / 8 MB at 10 GB/s = 93.75 us.
  CHECK(microseconds(CollectiveKind::kAllGather, 1.0_MB, 8, library) == doctest::Approx(105.75));
  // An all-reduce over 8: 5 + 14 us, 14.5 / 8 MB at 200 GB/s = 9.0625 us.
  CHECK(microseconds(CollectiveKind::kAllReduce, 1.0_MB, 8, library) == doctest::Approx(28.0625));
}

TEST_CASE("one rank has nothing to do; a send and a group beyond the tables have no time") {
  const auto library = with_knee(0.65);
  CHECK(library_collective_time(CollectiveKind::kAllReduce, 1.0_GB, 1, library) == 0.0_s);
  CHECK_FALSE(library_collective_time(CollectiveKind::kSend, 1.0_GB, 2, library).has_value());
  CHECK_FALSE(library_collective_time(CollectiveKind::kAllReduce, 1.0_GB, 9, library).has_value());
}

TEST_CASE("law: the time lies between the sum of its two parts and that times 2^(1/k - 1)") {
  CHECK(rc::check([] {
    const auto library = any_library();
    const auto kind = any_kind();
    const int ranks = *rc::gen::inRange(2, 9);
    const Bytes message = any_message();
    CollectiveLibrary plain = library;
    plain.knee.value = 1.0;
    const double sum = microseconds(kind, message, ranks, plain);
    const double time = microseconds(kind, message, ranks, library);
    RC_ASSERT(time >= sum * (1 - 1e-12));
    RC_ASSERT(time <= sum * std::exp2(1.0 / library.knee.value - 1.0) * (1 + 1e-12));
  }));
}

TEST_CASE("law: more bytes never take less, nor do more ranks on one path") {
  CHECK(rc::check([] {
    const auto library = any_library();
    const auto kind = any_kind();
    const int ranks = *rc::gen::inRange(2, 8);
    const Bytes message = any_message();
    const double time = microseconds(kind, message, ranks, library);
    RC_ASSERT(microseconds(kind, 1.1 * message, ranks, library) >= time * (1 - 1e-12));
    RC_ASSERT(microseconds(kind, message, ranks + 1, library) >= time * (1 - 1e-12));
  }));
}

TEST_CASE("law: a large message takes its bytes over the bandwidth, a small one the latency") {
  CHECK(rc::check([] {
    auto library = any_library();
    library.knee.value = 1.0;
    const auto kind = any_kind();
    const int ranks = *rc::gen::inRange(2, 9);
    const double hops = (kind == CollectiveKind::kAllReduce ? 2.0 : 1.0) * (ranks - 1);
    const double bus = (hops + library.own_share.value) / ranks * 1e15 /
                       library.paths.front().bandwidth.value.in(1.0_B / 1.0_us);
    RC_ASSERT(std::abs(microseconds(kind, 1e15 * 1.0_B, ranks, library) / bus - 1.0) < 1e-3);
    const auto& latency = kind == CollectiveKind::kAllToAll ? library.exchange : library.ring;
    const double least = (latency.start.value + hops * latency.step.value).in(1.0_us);
    RC_ASSERT(std::abs(microseconds(kind, 0.0_B, ranks, library) / least - 1.0) < 1e-9);
  }));
}

}  // namespace offtake::perf
