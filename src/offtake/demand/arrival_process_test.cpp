#include "offtake/demand/arrival_process.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>
#include <vector>

#include "offtake/units/literals.hpp"

namespace offtake::demand {
namespace {

using namespace literals;

constexpr std::int64_t kHour = 3'600'000'000'000;

Hertz per_second(double rate) { return Hertz::in_base_units(rate); }

struct Dispersion {
  double mean = 0.0;   ///< Requests in a window.
  double index = 0.0;  ///< Variance over mean.
};

Dispersion dispersion(const ArrivalProcess& process, Seconds window, int windows) {
  ArrivalTimes times(process, 1);
  std::vector<double> counts(static_cast<std::size_t>(windows));
  const std::int64_t width = sim_time(window).ns;
  for (SimTime time = times.next(); time.ns < width * windows; time = times.next()) {
    ++counts[static_cast<std::size_t>(time.ns / width)];
  }
  double sum = 0.0, squares = 0.0;
  for (const double count : counts) {
    sum += count;
    squares += count * count;
  }
  const double mean = sum / windows;
  return {mean, (squares / windows - mean * mean) / mean};
}

CyclicArrivals flat_week(double rate) {
  CyclicArrivals cyclic{.rate = per_second(rate), .hours = {}, .weekdays = {}};
  cyclic.hours.fill(1.0);
  cyclic.weekdays.fill(1.0);
  return cyclic;
}

ArrivalProcess any_process() {
  const double rate = *rc::gen::inRange(1, 10'000) / 10.0;
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return PoissonArrivals{per_second(rate)};
    case 1:
      return GammaArrivals{per_second(rate), *rc::gen::inRange(1, 40) / 10.0};
    case 2:
      return ModulatedArrivals{{{per_second(0.0), 2.0_s},
                                {per_second(rate), *rc::gen::inRange(1, 100) * 0.1_s},
                                {per_second(3.0), 1.0_s}}};
    default: {
      CyclicArrivals cyclic = flat_week(rate);
      for (double& hour : cyclic.hours) hour = *rc::gen::inRange(0, 5);
      cyclic.hours[9] = 1.0;
      cyclic.start_hour = *rc::gen::inRange(0, 168);
      return cyclic;
    }
  }
}

}  // namespace

TEST_CASE("arrivals never descend, and a seed fixes them") {
  CHECK(rc::check([] {
    const ArrivalProcess process = any_process();
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    ArrivalTimes times(process, seed), same(process, seed), other(process, seed + 1);
    SimTime last;
    int alike = 0;
    for (int request = 0; request < 300; ++request) {
      const SimTime time = times.next();
      RC_ASSERT(time >= last);
      RC_ASSERT(time < kNever);
      RC_ASSERT(same.next() == time);
      alike += other.next() == time ? 1 : 0;
      last = time;
    }
    RC_ASSERT(alike < 3);
  }));
}

TEST_CASE("gaps of Poisson and gamma arrivals have the mean and the deviation asked for") {
  CHECK(rc::check([] {
    const double rate = *rc::gen::inRange(1, 1000) / 10.0;
    const double cv = *rc::gen::inRange(2, 30) / 10.0;
    const bool poisson = *rc::gen::arbitrary<bool>();
    const double deviation = poisson ? 1.0 : cv;
    ArrivalTimes times(poisson ? ArrivalProcess(PoissonArrivals{per_second(rate)})
                               : ArrivalProcess(GammaArrivals{per_second(rate), cv}),
                       *rc::gen::arbitrary<std::uint64_t>());
    constexpr int kGaps = 20'000;
    double squares = 0.0;
    SimTime last;
    for (int gap = 0; gap < kGaps; ++gap) {
      const SimTime time = times.next();
      const double in_means = seconds(time - last).base_units() * rate;
      squares += in_means * in_means;
      last = time;
    }
    const double mean = seconds(last).base_units() * rate / kGaps;
    const double variance = squares / kGaps - mean * mean;
    // Five standard errors of the mean, 1 / sqrt(n) of the deviation. A gamma distribution of
    // deviation c has excess kurtosis 6 c^2, so the variance has a relative standard error of
    // sqrt((2 + 6 c^2) / n); its tail is skewed, so seven are allowed.
    RC_ASSERT(std::abs(mean - 1.0) < 5.0 * deviation / std::sqrt(kGaps));
    const double error = std::sqrt((2.0 + 6.0 * deviation * deviation) / kGaps);
    RC_ASSERT(std::abs(variance / (deviation * deviation) - 1.0) < 7.0 * error);
  }));
}

TEST_CASE("counts disperse as theory says") {
  // The relative standard error of a variance of w near-normal counts is sqrt(2 / w): 2.2% for
  // 4,000. Five of them, 11%, are allowed, and five standard errors of the mean.
  constexpr int kWindows = 4000;
  const auto check = [](const ArrivalProcess& process, Seconds window, double mean, double index) {
    const Dispersion found = dispersion(process, window, kWindows);
    CHECK(std::abs(found.mean / mean - 1.0) < 5.0 * std::sqrt(index / mean / kWindows));
    CHECK(std::abs(found.index / index - 1.0) < 0.11);
  };
  SUBCASE("Poisson: 1") { check(PoissonArrivals{per_second(7.0)}, 3.0_s, 21.0, 1.0); }
  // Gamma: cv^2 in windows of many gaps.
  SUBCASE("gamma, bursty") { check(GammaArrivals{per_second(20.0), 2.0}, 20.0_s, 400.0, 4.0); }
  SUBCASE("gamma, even") { check(GammaArrivals{per_second(20.0), 0.5}, 20.0_s, 400.0, 0.25); }
  // Two states with rates a = 20 and b = 2, left at r = 1 and q = 1/3 a second: mean rate
  // (20 * 1 + 2 * 3) / 4 = 6.5. In windows of t = 50 s the index is 1 + 2 r q (a - b)^2 /
  // ((r + q)^2 (a q + b r)) * (1 - (1 - exp(-(r + q) t)) / ((r + q) t)) with
  // 2 * 1/3 * 324 = 216, (4/3)^2 * (20/3 + 2) = 15.4074 and 1 - 1 / 66.6667 = 0.985:
  // 1 + 216 / 15.4074 * 0.985 = 14.809 (Fischer and Meier-Hellstern 1993).
  SUBCASE("modulated by two states") {
    check(ModulatedArrivals{{{per_second(20.0), 1.0_s}, {per_second(2.0), 3.0_s}}}, 50.0_s, 325.0,
          14.809);
  }
  // One state is a Poisson process.
  SUBCASE("modulated by one state") {
    check(ModulatedArrivals{{{per_second(5.0), 0.1_s}}}, 4.0_s, 20.0, 1.0);
  }
  // Short windows see one state: with t well below the sojourns the law above tends to
  // 1 + variance of the rate / mean rate * t = 1 + 9 / 5 * 0.5 = 1.9 for rates 8 and 2, 100 s each;
  // its next term takes (r + q) t / 3 = 0.3% off.
  SUBCASE("modulated slowly") {
    const Dispersion found =
        dispersion(ModulatedArrivals{{{per_second(8.0), 100.0_s}, {per_second(2.0), 100.0_s}}},
                   0.5_s, 400'000);
    // 200,000 s hold about 1,000 cycles, so the mean's standard error is that of the share of time
    // in a state: 3 / 5 * sqrt(2 * 50 / 200,000) = 1.3%.
    CHECK(std::abs(found.mean / 2.5 - 1.0) < 0.07);
    CHECK(std::abs(found.index / 1.9 - 1.0) < 0.05);
  }
}

TEST_CASE("states take time as they last") {
  // Three states, rates 0, 1 and 10 for 5, 3 and 2 s on average: (3 + 20) / 10 = 2.3 a second.
  const ModulatedArrivals modulated{
      {{per_second(0.0), 5.0_s}, {per_second(1.0), 3.0_s}, {per_second(10.0), 2.0_s}}};
  // 20,000 s hold about 6,000 states: 5% is more than four standard errors.
  CHECK(std::abs(dispersion(modulated, 1.0_s, 20'000).mean / 2.3 - 1.0) < 0.05);
}

TEST_CASE("a modulated process begins in each state by its share of time") {
  // Rate 10 a quarter of the time, else none. Over 0.01 s few change state, so a run has requests
  // with probability near (1 - exp(-0.1)) / 4 = 0.0238; the standard error of 40,000 runs is
  // 0.0008.
  const ModulatedArrivals modulated{{{per_second(10.0), 1.0_s}, {per_second(0.0), 3.0_s}}};
  int any = 0;
  for (std::uint64_t seed = 0; seed < 40'000; ++seed) {
    any += ArrivalTimes(modulated, seed).next().ns < 10'000'000 ? 1 : 0;
  }
  CHECK(std::abs(any / 4e4 - 0.0238) < 0.004);
}

TEST_CASE("each other state is as likely to follow") {
  // Bursts at 100 a second, a second each, between two silent states of 1 s and 1,000 s. A silence
  // is without the long state if it begins with the short one and ends after it: 1/2 * 1/2. Gaps
  // inside a burst do not reach 0.12 s. Of the silences that do, so many stay below 30 s:
  // (0.25 e^-0.12 + 0.75 * 0.03) / (0.25 e^-0.12 + 0.75) = 0.251; were the states to follow in a
  // fixed order, 0.03. The standard error of 2,000 silences is 0.01.
  ArrivalTimes times(
      ModulatedArrivals{
          {{per_second(100.0), 1.0_s}, {per_second(0.0), 1.0_s}, {per_second(0.0), 1000.0_s}}},
      1);
  int silences = 0, brief = 0;
  SimTime last = times.next();
  while (silences < 2000) {
    const SimTime time = times.next();
    const double gap = seconds(time - last).base_units();
    silences += gap > 0.12 ? 1 : 0;
    brief += gap > 0.12 && gap < 30.0 ? 1 : 0;
    last = time;
  }
  CHECK(std::abs(brief / 2000.0 - 0.251) < 0.05);
}

TEST_CASE("a cyclic process takes hours from Monday midnight") {
  CyclicArrivals cyclic = flat_week(2.0);
  cyclic.hours.fill(0.0);
  cyclic.hours[9] = 1.0;   // All of a day's requests come from 9 to 10, ...
  cyclic.hours[10] = 3.0;  // and three times as many from 10 to 11.
  cyclic.weekdays = {1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.0};
  cyclic.start_hour = 5 * 24 + 9;  // Saturday, 9 o'clock.
  // The mean of hours is 4 / 24 and of weekdays 5.5 / 7: 2 * 6 * 0.5 * 7 / 5.5 a second.
  const double saturday = 2.0 * 6.0 * 0.5 * 7.0 / 5.5;
  CHECK(intensity(cyclic, SimTime{0}).base_units() == doctest::Approx(saturday));
  CHECK(intensity(cyclic, SimTime{kHour - 1}).base_units() == doctest::Approx(saturday));
  CHECK(intensity(cyclic, SimTime{kHour}).base_units() == doctest::Approx(3.0 * saturday));
  CHECK(intensity(cyclic, SimTime{2 * kHour}) == Hertz{});
  CHECK(intensity(cyclic, SimTime{24 * kHour}) == Hertz{});  // Sunday.
  CHECK(intensity(cyclic, SimTime{48 * kHour}).base_units() == doctest::Approx(2.0 * saturday));
  CHECK(intensity(cyclic, SimTime{168 * kHour}) == intensity(cyclic, SimTime{0}));
}

TEST_CASE("thinning gives each hour the integral of the intensity") {
  CHECK(rc::check([] {
    CyclicArrivals cyclic = flat_week(*rc::gen::inRange(1, 30) / 1000.0);
    for (double& hour : cyclic.hours) hour = *rc::gen::inRange(0, 10);
    for (double& day : cyclic.weekdays) day = *rc::gen::inRange(0, 10);
    cyclic.hours[3] = 1.0;
    cyclic.weekdays[2] = 1.0;
    cyclic.start_hour = *rc::gen::inRange(0, 168);
    double hours = 0.0, days = 0.0;
    for (const double hour : cyclic.hours) hours += hour / 24.0;
    for (const double day : cyclic.weekdays) days += day / 7.0;
    ArrivalTimes times(cyclic, *rc::gen::arbitrary<std::uint64_t>());
    std::vector<int> counts(168);
    for (SimTime time = times.next(); time.ns < 168 * kHour; time = times.next()) {
      ++counts[static_cast<std::size_t>(time.ns / kHour)];
    }
    double found = 0.0, expected = 0.0;
    for (int hour = 0; hour < 168; ++hour) {
      const int of_week = (hour + cyclic.start_hour) % 168;
      const double mean = cyclic.rate.base_units() * 3600.0 *
                          cyclic.hours[static_cast<std::size_t>(of_week % 24)] / hours *
                          cyclic.weekdays[static_cast<std::size_t>(of_week / 24)] / days;
      const int count = counts[static_cast<std::size_t>(hour)];
      // Six standard deviations of a Poisson count, and six for its skewed tail; none where no
      // request may come.
      RC_ASSERT(std::abs(count - mean) <= (mean > 0.0 ? 6.0 * std::sqrt(mean) + 6.0 : 0.0));
      found += count;
      expected += mean;
    }
    RC_ASSERT(std::abs(expected - cyclic.rate.base_units() * 168 * 3600) < 1e-6 * expected);
    RC_ASSERT(std::abs(found - expected) < 5.0 * std::sqrt(expected));
  }));
}

TEST_CASE("a process that hardly sends stands still at the end of time") {
  ArrivalTimes times(PoissonArrivals{per_second(1e-12)}, 1);
  for (int request = 0; request < 3; ++request) CHECK(times.next() == kNever);
  ArrivalTimes none(
      ModulatedArrivals{{{per_second(0.0), 1000.0_years}, {per_second(1e-15), 1000.0_years}}}, 1);
  CHECK(none.next() == kNever);
}

}  // namespace offtake::demand
