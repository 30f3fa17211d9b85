#include "offtake/serve/kv_link.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::serve;

TEST_CASE("two transfers share the link, and one alone is held to what a replica sends") {
  // 12 GB/s together, 10 GB/s of one; a token is 1 MB.
  KvLink link({.shared = 12.0_GB_per_s, .of_one = 10.0_GB_per_s, .token = 1.0_MB, .handshake = {}});
  CHECK(link.next_event() == kNever);
  link.begin(1, 7, 1000, SimTime{0});  // 1 GB: 100 ms alone.
  CHECK(link.next_event() == SimTime{100'000'000});
  // After 40 ms 0.6 GB are left; from then on both have 6 GB/s: another 100 ms.
  link.begin(2, 8, 900, SimTime{40'000'000});
  CHECK(link.next_event() == SimTime{140'000'000});
  const auto ended = link.end(SimTime{140'000'000});
  CHECK(ended.id == 1);
  CHECK(ended.attempt == 7);
  // 0.3 GB of the second are left, at 10 GB/s.
  CHECK(link.next_event().ns == doctest::Approx(170e6));
  CHECK(link.end(link.next_event()).id == 2);
  CHECK(link.bytes_moved() == doctest::Approx(1.9e9));
}

TEST_CASE("a link moves all bytes, and never faster than it can") {
  CHECK(rc::check([] {
    KvLink link({.shared = 1.0_GB_per_s, .of_one = 0.4_GB_per_s, .token = 1.0_MB, .handshake = {}});
    SimTime now;
    double bytes = 0.0;
    int open = 0;
    for (int id = 0; id < 20; ++id) {
      const SimTime arrival = now + SimTime{*rc::gen::inRange<std::int64_t>(0, 900'000'000)};
      while (open > 0 && link.next_event() <= arrival) {
        now = link.next_event();
        link.end(now);
        --open;
      }
      now = arrival;
      const std::int64_t tokens = *rc::gen::inRange<std::int64_t>(1, 2000);
      link.begin(id, 0, tokens, now);
      bytes += static_cast<double>(tokens) * 1e6;
      ++open;
    }
    for (; open > 0; --open) {
      RC_ASSERT(link.next_event() >= now);
      now = link.next_event();
      link.end(now);
    }
    RC_ASSERT(link.next_event() == kNever);
    RC_ASSERT(std::abs(link.bytes_moved() - bytes) <= 1.0);
    RC_ASSERT(seconds(now).base_units() >= bytes / 1e9 * (1.0 - 1e-9));
  }));
}
