#include "offtake/demand/arrival_process.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::demand {
namespace {

/// `time` later, at most kNever.
SimTime later(SimTime now, Seconds time) {
  if (time >= seconds(kNever)) return kNever;
  return std::min(now + sim_time(time), kNever);
}

template <std::size_t N>
double mean(const std::array<double, N>& factors) {
  return std::accumulate(factors.begin(), factors.end(), 0.0) / static_cast<double>(N);
}

template <std::size_t N>
double peak_to_mean(const std::array<double, N>& factors) {
  return *std::ranges::max_element(factors) / mean(factors);
}

/// A gamma variate of this shape and scale one.
/// Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM Transactions
/// on Mathematical Software 26(3), 2000; below shape 1 by its note that a variate of shape a + 1
/// times u^(1/a) has shape a.
double gamma_variate(double shape, RandomStream& stream) {
  if (shape < 1.0) {
    const double factor = std::pow(stream.uniform(), 1.0 / shape);
    return factor * gamma_variate(shape + 1.0, stream);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = stream.normal();
    const double v = std::pow(1.0 + c * x, 3);
    if (v <= 0.0) continue;
    if (std::log(stream.uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) return d * v;
  }
}

/// A state drawn by its share of time.
std::size_t stationary_state(const ModulatedArrivals& modulated, RandomStream& stream) {
  Seconds all;
  for (const auto& state : modulated.states) all += state.sojourn_mean;
  Seconds place = stream.uniform() * all;
  std::size_t state = 0;
  while (state + 1 < modulated.states.size() && place >= modulated.states[state].sojourn_mean) {
    place -= modulated.states[state].sojourn_mean;
    ++state;
  }
  return state;
}

/// Each of the states but `state` alike; that one where it is alone.
std::size_t other_state(std::size_t states, std::size_t state, RandomStream& stream) {
  if (states == 1) return state;
  const std::size_t drawn = stream.below(states - 1);
  return drawn < state ? drawn : drawn + 1;
}

void check(const PoissonArrivals& poisson) {
  expects(poisson.rate > Hertz{}, "a rate is positive");
}

void check(const GammaArrivals& gamma) {
  expects(gamma.rate > Hertz{}, "a rate is positive");
  expects(gamma.cv > 0.0, "a coefficient of variation is positive");
}

void check(const ModulatedArrivals& modulated) {
  bool any = false;
  for (const auto& state : modulated.states) {
    expects(state.rate >= Hertz{} && state.sojourn_mean > Seconds{},
            "a state has a rate and lasts");
    any = any || state.rate > Hertz{};
  }
  expects(any, "requests come in one state at least");
}

void check(const CyclicArrivals& cyclic) {
  expects(cyclic.rate > Hertz{}, "a rate is positive");
  expects(0 <= cyclic.start_hour && cyclic.start_hour < 168, "a week has 168 hours");
  expects(std::ranges::min(cyclic.hours) >= 0.0 && mean(cyclic.hours) > 0.0, "hours have shares");
  expects(std::ranges::min(cyclic.weekdays) >= 0.0 && mean(cyclic.weekdays) > 0.0,
          "weekdays have shares");
}

}  // namespace

Hertz intensity(const CyclicArrivals& cyclic, SimTime time) {
  constexpr std::int64_t kHour = 3'600'000'000'000;
  const auto hour = static_cast<std::size_t>((time.ns / kHour + cyclic.start_hour) % 168);
  return cyclic.rate * (cyclic.hours[hour % 24] / mean(cyclic.hours)) *
         (cyclic.weekdays[hour / 24] / mean(cyclic.weekdays));
}

ArrivalTimes::ArrivalTimes(ArrivalProcess process, std::uint64_t seed)
    : process_(std::move(process)), stream_(seed, "demand/arrival-times", 0) {
  std::visit([](const auto& kind) { check(kind); }, process_);
  if (const auto* modulated = std::get_if<ModulatedArrivals>(&process_)) {
    enter(*modulated, stationary_state(*modulated, stream_));
  }
  if (const auto* cyclic = std::get_if<CyclicArrivals>(&process_)) {
    rate_max_ = cyclic->rate * peak_to_mean(cyclic->hours) * peak_to_mean(cyclic->weekdays);
  }
}

SimTime ArrivalTimes::next() {
  std::visit([this](const auto& kind) { advance(kind); }, process_);
  return now_;
}

void ArrivalTimes::advance(const PoissonArrivals& poisson) {
  now_ = later(now_, stream_.exponential() / poisson.rate);
}

void ArrivalTimes::advance(const GammaArrivals& gamma) {
  const double variance = gamma.cv * gamma.cv;
  now_ = later(now_, variance * gamma_variate(1.0 / variance, stream_) / gamma.rate);
}

/// The exponential has no memory, so what is left of a gap may be drawn anew in the next state.
void ArrivalTimes::advance(const ModulatedArrivals& modulated) {
  while (now_ < kNever) {
    const Hertz rate = modulated.states[state_].rate;
    const SimTime arrival = rate > Hertz{} ? later(now_, stream_.exponential() / rate) : kNever;
    if (arrival < state_end_) {
      now_ = arrival;
      return;
    }
    now_ = state_end_;
    enter(modulated, other_state(modulated.states.size(), state_, stream_));
  }
}

void ArrivalTimes::enter(const ModulatedArrivals& modulated, std::size_t state) {
  state_ = state;
  state_end_ = later(now_, stream_.exponential() * modulated.states[state].sojourn_mean);
}

/// Thinning: candidates at the highest rate, each kept with the share of it that holds then.
/// Source: Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", Naval
/// Research Logistics Quarterly 26(3), 1979.
void ArrivalTimes::advance(const CyclicArrivals& cyclic) {
  do {
    now_ = later(now_, stream_.exponential() / rate_max_);
  } while (now_ < kNever && !stream_.chance(intensity(cyclic, now_) / rate_max_));
}

}  // namespace offtake::demand
