#include "offtake/study/serving_load.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::study {
namespace {

constexpr int kBracketRuns = 24;  ///< Doublings or halvings: a factor of sixteen million.

double attainment_of(const serve::Fleet& fleet, const RequestsAtLoad& requests,
                     const serve::RunSettings& settings) {
  const auto source = requests(1.0);
  return serve::simulate(fleet, *source, settings).counts.attainment();
}

}  // namespace

LoadPoint load_point(double load, const serve::RunOutcome& outcome) {
  const double seconds = outcome.duration().base_units();
  const auto arrived = static_cast<double>(outcome.counts.arrived);
  return {.load = load,
          .offered = seconds > 0.0 ? arrived / seconds : 0.0,
          .goodput = outcome.goodput(),
          .attainment = outcome.counts.attainment(),
          .ttft_p99 = Seconds::in_base_units(outcome.latency.ttft.quantile(0.99)),
          .tpot_p99 = Seconds::in_base_units(outcome.latency.tpot.quantile(0.99))};
}

std::vector<LoadPoint> load_curve(const serve::Fleet& fleet, const RequestsAtLoad& requests,
                                  const std::vector<double>& loads,
                                  const serve::RunSettings& settings, Parallelism parallelism) {
  std::vector<LoadPoint> points(loads.size());
  for_each_index(loads.size(), parallelism, [&](std::size_t index) {
    const auto source = requests(loads[index]);
    points[index] = load_point(loads[index], serve::simulate(fleet, *source, settings));
  });
  return points;
}

Knee load_knee(const serve::Fleet& fleet, const RequestsAtLoad& requests, double first,
               double attainment, const serve::RunSettings& settings) {
  expects(first > 0.0, "a load is above zero");
  Knee knee;
  const auto keeps = [&](double load) {
    const auto source = requests(load);
    const LoadPoint point = load_point(load, serve::simulate(fleet, *source, settings));
    ++knee.runs;
    const bool kept = point.attainment >= attainment;
    if (kept) knee.kept = point;
    return kept;
  };
  double kept = 0.0;
  double missed = 0.0;
  double load = first;
  for (int run = 0; run < kBracketRuns && (kept == 0.0 || missed == 0.0); ++run) {
    if (keeps(load)) {
      kept = load;
      load *= 2.0;
    } else {
      missed = load;
      load /= 2.0;
    }
  }
  if (kept == 0.0) {
    knee.kept = {.load = 0.0};
    return knee;
  }
  while (missed > 0.0 && missed - kept > kKneeWidth * kept) {
    const double middle = 0.5 * (kept + missed);
    (keeps(middle) ? kept : missed) = middle;
  }
  return knee;
}

int spares_for(int needed, double out) {
  expects(needed >= 0 && 0.0 <= out && out < 1.0, "some of the time a replica serves");
  if (out == 0.0 || needed == 0) return 0;
  for (int spares = 0;; ++spares) {
    // P(more than `spares` of n are out), by the terms of the binomial distribution.
    const int n = needed + spares;
    double term = std::exp(n * std::log1p(-out));
    double at_most = term;
    for (int k = 1; k <= spares; ++k) {
      term *= static_cast<double>(n - k + 1) / k * out / (1.0 - out);
      at_most += term;
    }
    if (1.0 - at_most <= kShortOfReplicas) return spares;
  }
}

std::optional<FleetSize> fewest_replicas(const serve::Fleet& fleet, const RequestsAtLoad& requests,
                                         double attainment, int replicas_most,
                                         const serve::RunSettings& settings) {
  serve::Fleet tried = fleet;
  for (serve::Pool& pool : tried.pools) {
    pool.scaling.reset();
    pool.outages = {};
  }
  FleetSize size;
  const auto keeps = [&] {
    ++size.runs;
    const double kept = attainment_of(tried, requests, settings);
    if (kept >= attainment) size.attainment = kept;
    return kept >= attainment;
  };
  int replicas = 1;
  for (;; replicas = std::min(2 * replicas, replicas_most)) {
    for (serve::Pool& pool : tried.pools) pool.replicas = replicas;
    if (keeps()) break;
    if (replicas == replicas_most) return std::nullopt;
  }
  for (serve::Pool& pool : tried.pools) {
    int enough = pool.replicas;
    int too_few = 0;
    while (enough - too_few > 1) {
      pool.replicas = (enough + too_few) / 2;
      (keeps() ? enough : too_few) = pool.replicas;
    }
    pool.replicas = enough;
  }
  for (std::size_t p = 0; p < tried.pools.size(); ++p) {
    const serve::Outages& outages = fleet.pools[p].outages;
    double out = 0.0;
    if (outages.mean_time_between_failures) {
      const Seconds repair = seconds(outages.repair);
      out = repair / (seconds(*outages.mean_time_between_failures) + repair);
    }
    const int needed = tried.pools[p].replicas;
    size.pools.push_back(
        {.name = tried.pools[p].name, .replicas = needed, .spares = spares_for(needed, out)});
  }
  return size;
}

}  // namespace offtake::study
