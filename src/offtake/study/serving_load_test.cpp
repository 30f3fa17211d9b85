#include "offtake/study/serving_load.hpp"

#include <doctest/doctest.h>

#include "offtake/serve/serving_example.hpp"
#include "offtake/units/literals.hpp"

using namespace offtake;
using namespace offtake::literals;
using namespace offtake::study;

namespace {

/// Requests of one token at even spaces, so that queues follow by hand.
class EvenRequests : public demand::RequestSource {
 public:
  EvenRequests(std::int64_t count, Seconds gap) : left_(count), gap_(gap) {}
  std::optional<demand::Request> next() override {
    if (left_-- <= 0) return std::nullopt;
    const SimTime arrival = sim_time(static_cast<double>(sent_++) * gap_);
    return demand::Request{.arrival = arrival, .input = 10, .output = 1};
  }

 private:
  std::int64_t left_;
  std::int64_t sent_ = 0;
  Seconds gap_;
};

const serve::LinearStepTimer kTenth({.step = 100 * serve::example::kMillisecond});

/// One request at a time, a tenth of a second each.
serve::Fleet one_at_a_time(int replicas) {
  serve::Fleet fleet;
  fleet.pools.push_back(serve::example::pool_of(kTenth, replicas));
  fleet.pools[0].replica.sequences_max = 1;
  fleet.classes[0].objective.ttft = sim_time(0.3_s);
  return fleet;
}

/// Ten a second at a load of one.
std::unique_ptr<demand::RequestSource> ten_a_second(double load) {
  return std::make_unique<EvenRequests>(2000, 0.1_s / load);
}

}  // namespace

TEST_CASE("the knee of even requests is where the server is full") {
  // Ten even requests a second are served at once; at 1 % more the queue grows by a request in a
  // hundred, and of two thousand the last waits for two seconds.
  const Knee knee = load_knee(one_at_a_time(1), ten_a_second, 0.3, 0.99, {});
  CHECK(knee.kept.load == doctest::Approx(1.0).epsilon(0.02));
  CHECK(knee.kept.attainment >= 0.99);
  const Knee from_above = load_knee(one_at_a_time(1), ten_a_second, 7.0, 0.99, {});
  CHECK(from_above.kept.load == doctest::Approx(1.0).epsilon(0.02));
}

TEST_CASE("a knee of none is said so") {
  serve::Fleet fleet = one_at_a_time(1);
  fleet.classes[0].objective.ttft = sim_time(0.05_s);  // Less than a step.
  CHECK(load_knee(fleet, ten_a_second, 1.0, 0.99, {}).kept.load == 0.0);
}

TEST_CASE("as many replicas are found as the requests need") {
  const auto requests = [](double) { return ten_a_second(3.5); };
  // 35 a second in tenths: 3.5 servers; four.
  const auto size = fewest_replicas(one_at_a_time(1), requests, 0.99, 64, {});
  REQUIRE(size.has_value());
  CHECK(size->pools[0].replicas == 4);
  CHECK(size->pools[0].spares == 0);
  CHECK_FALSE(fewest_replicas(one_at_a_time(1), requests, 0.99, 3, {}).has_value());
}

TEST_CASE("spares are for the failures that come together") {
  CHECK(spares_for(10, 0.0) == 0);
  // One needed, out for 1 %: 0.01 alone, 0.0001 with a spare.
  CHECK(spares_for(1, 0.01) == 1);
  // Ten needed, out for 1 % each. With n spares P(more than n of 10 + n are out): with one 0.0052,
  // with two 0.0002.
  CHECK(spares_for(10, 0.01) == 2);
}

TEST_CASE("a curve of loads is the same on any number of threads") {
  const serve::Fleet fleet = one_at_a_time(2);
  const std::vector<double> loads{0.5, 1.0, 2.0, 3.0};
  const auto one = load_curve(fleet, ten_a_second, loads, {}, {1});
  const auto two = load_curve(fleet, ten_a_second, loads, {}, {2});
  for (std::size_t i = 0; i < loads.size(); ++i) {
    CHECK(one[i].goodput == two[i].goodput);
    CHECK(one[i].ttft_p99 == two[i].ttft_p99);
  }
  CHECK(one[1].attainment == 1.0);
  CHECK(one[1].offered == doctest::Approx(10.0).epsilon(0.01));
  CHECK(one[3].attainment < 0.5);  // 30 a second for two servers of ten.
}
