#include "offtake/perf/queue_wait.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/units/literals.hpp"

namespace offtake::perf {

using namespace offtake::literals;

TEST_CASE("a server half loaded keeps its customers half a service") {
  // 0.5 x 10 s / (2 x 0.5) = 5 s. Its 99th percentile: 10 s x ln(50) / (2 x 0.5) = 39.12 s.
  CHECK(queue_wait_mean(10.0_s, 0.5).in(1.0_s) == doctest::Approx(5));
  CHECK(queue_wait_quantile(10.0_s, 0.5, 0.99).in(1.0_s) == doctest::Approx(39.12).epsilon(0.001));
}

TEST_CASE("at a low load the quantile does not wait") {
  CHECK(queue_wait_quantile(10.0_s, 0.4, 0.5) == 0.0_s);
  CHECK(queue_wait_quantile(10.0_s, 0.009, 0.99) == 0.0_s);
}

TEST_CASE("a full server's queue has no end") {
  CHECK(std::isinf(queue_wait_mean(1.0_s, 1.0).base_units()));
  CHECK(std::isinf(queue_wait_quantile(1.0_s, 1.2, 0.99).base_units()));
}

TEST_CASE("published: two servers of fixed service at a load of 0.8") {
  // The mean queue of M/M/2 at 0.8 is 2 x 0.8^3 / (1 - 0.8^2) = 2.844 customers, so a wait of
  // 2.844 / 1.6 = 1.778 services; fixed services halve it to 0.889. Sakasegawa's form errs by 2%.
  CHECK(queue_wait_mean(1.0_s, 0.8, 2).in(1.0_s) == doctest::Approx(0.889).epsilon(0.03));
}

TEST_CASE("laws of waiting") {
  CHECK(rc::check([] {
    const double load = *rc::gen::inRange(0, 99) / 100.0;
    const double servers = *rc::gen::inRange(1, 64);
    const Seconds wait = queue_wait_mean(1.0_s, load, servers);
    RC_ASSERT(wait <= queue_wait_mean(1.0_s, load + 0.01, servers));
    RC_ASSERT(wait >= queue_wait_mean(1.0_s, load, servers + 1));
    RC_ASSERT(queue_wait_quantile(1.0_s, load, 0.5) <= queue_wait_quantile(1.0_s, load, 0.99));
  }));
}

}  // namespace offtake::perf
