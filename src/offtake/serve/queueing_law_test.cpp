#include <doctest/doctest.h>

#include <cmath>

#include "offtake/serve/serving_example.hpp"
#include "offtake/serve/simulate.hpp"

using namespace offtake;
using namespace offtake::serve;
using demand::Request;
using example::kMillisecond;

namespace {

/// Requests at random, `rate` a second, whose outputs are geometric with mean `output`, or one.
class QueueArrivals : public demand::RequestSource {
 public:
  QueueArrivals(std::int64_t count, double rate, double output, std::uint64_t seed)
      : left_(count), rate_(rate), output_(output), random_(seed, "queueing", 0) {}

  std::optional<Request> next() override {
    if (left_-- <= 0) return std::nullopt;
    now_ += sim_time(Seconds::in_base_units(random_.exponential() / rate_));
    const double tokens =
        output_ == 1.0 ? 1.0
                       : std::ceil(std::log(random_.uniform()) / std::log(1.0 - 1.0 / output_));
    return Request{.arrival = now_, .input = 1, .output = static_cast<std::int32_t>(tokens)};
  }

 private:
  std::int64_t left_;
  double rate_;
  double output_;
  RandomStream random_;
  SimTime now_;
};

Fleet one_server(const StepTimer& timer, int places) {
  Fleet fleet;
  fleet.pools.push_back(example::pool_of(timer, 1));
  fleet.pools[0].replica.sequences_max = places;
  fleet.pools[0].replica.kv_blocks = 1'000'000;
  return fleet;
}

bool holds(const std::optional<Interval>& interval, double value) {
  // Three times as wide as the 95% interval: one run in some thousands falls outside by chance.
  const double half = 1.5 * (interval->high - interval->low);
  const double middle = 0.5 * (interval->high + interval->low);
  return std::abs(middle - value) <= half;
}

/// Erlang's C: the chance that all of `servers` are busy under `load` erlangs.
double erlang_c(int servers, double load) {
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; k < servers; ++k) sum += term *= load / k;
  const double last = term * load / servers;
  const double waits = last * servers / (servers - load);
  return waits / (sum + waits);
}

}  // namespace

TEST_CASE("single places with steps of one length wait as an M/D/1 queue does") {
  // Pollaczek and Khinchine: W = rho D / (2 (1 - rho)), and D for the service.
  const LinearStepTimer timer({.step = 100 * kMillisecond});
  for (const double load : {0.3, 0.6, 0.85}) {
    CAPTURE(load);
    QueueArrivals source(400'000, load / 0.1, 1.0, 11);
    const RunOutcome outcome = simulate(one_server(timer, 1), source, {});
    const double wait = load * 0.1 / (2.0 * (1.0 - load));
    CHECK(holds(outcome.latency.ttft.mean_interval(), wait + 0.1));
    CHECK(outcome.latency.ttft.mean() == doctest::Approx(wait + 0.1).epsilon(0.03));
    CHECK(outcome.pools[0].utilization() == doctest::Approx(load).epsilon(0.01));
  }
}

TEST_CASE("places with exponential outputs wait as an M/M/c queue does") {
  // Steps of 1 ms whatever the batch, and geometric outputs of 2,000 tokens in the mean: a service
  // is exponential with a mean of 2 s but for its last millisecond. Waiting: Erlang's C times
  // S / (c - a). A request that finds a place waits for half a step, and its first token comes a
  // step later.
  const LinearStepTimer timer({.step = kMillisecond});
  for (const int servers : {1, 4, 16}) {
    CAPTURE(servers);
    const double load = 0.8 * servers;
    QueueArrivals source(120'000, load / 2.0, 2000.0, 12);
    const RunOutcome outcome = simulate(one_server(timer, servers), source, {});
    const double wait = erlang_c(servers, load) * 2.0 / (servers - load);
    CHECK(holds(outcome.latency.ttft.mean_interval(), wait + 0.0015));
    CHECK(outcome.latency.ttft.mean() == doctest::Approx(wait).epsilon(0.1));
    // Little: requests there, counted at samples, are the rate times the time that they stay.
    const Occupancy total = [&] {
      Occupancy sum;
      for (const Occupancy& row : outcome.pools[0].occupancy.rows()) {
        Occupancy mean = row;
        if (row.samples > 0) {
          mean.waiting /= row.samples;
          mean.decoding /= row.samples;
          mean.samples = 1;
        }
        sum += mean;
      }
      return sum;
    }();
    const double there = (total.waiting + total.decoding) / total.samples;
    const double rate = outcome.requests_per_second();
    CHECK(there == doctest::Approx(rate * outcome.latency.e2e.mean()).epsilon(0.04));
  }
}
