#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "offtake/base/random_stream.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::demand {

/// Requests that come independently of one another. Index of dispersion of counts: 1.
struct PoissonArrivals {
  Hertz rate;  ///< Above zero.
};

/// Gaps are independent and of a gamma distribution with mean 1 / rate and deviation cv / rate.
/// Index of dispersion of counts over a long time: cv^2 (Cox, "Renewal theory", 1962, sec. 4.5).
struct GammaArrivals {
  Hertz rate;       ///< Above zero.
  double cv = 1.0;  ///< Above zero; one is a Poisson process, more is burstier.
};

/// A Poisson process whose rate is that of a state. A state lasts an exponential time and each of
/// the others is as likely to follow; the first is drawn by the share of time in it, so that the
/// mean rate holds from the start: the sum of rate * sojourn over that of sojourn.
/// Source: Fischer and Meier-Hellstern, "The Markov-modulated Poisson process (MMPP) cookbook",
/// Performance Evaluation 18(2), 1993.
struct ModulatedArrivals {
  struct State {
    Hertz rate;            ///< Zero or more.
    Seconds sojourn_mean;  ///< Above zero.
  };
  std::vector<State> states;  ///< At least one, of which at least one has a rate above zero.
};

/// A Poisson process whose rate follows the hour of the day and the day of the week: `rate` times
/// the hour's factor over the mean of `hours` times the day's factor over the mean of `weekdays`.
/// So `rate` is the mean over a week.
struct CyclicArrivals {
  Hertz rate;                      ///< Above zero.
  std::array<double, 24> hours;    ///< Zero or more, not all zero.
  std::array<double, 7> weekdays;  ///< From Monday; zero or more, not all zero.
  int start_hour = 0;              ///< Of the week, from Monday midnight, when time is zero; 0-167.
};

using ArrivalProcess =
    std::variant<PoissonArrivals, GammaArrivals, ModulatedArrivals, CyclicArrivals>;

/// The rate of a cyclic process at a time, zero or later.
Hertz intensity(const CyclicArrivals& cyclic, SimTime time);

/// When the requests of a process come: a function of process and seed. Times never descend; no
/// time is later than kNever, where the process stands still.
class ArrivalTimes {
 public:
  ArrivalTimes(ArrivalProcess process, std::uint64_t seed);

  SimTime next();

 private:
  void advance(const PoissonArrivals& poisson);
  void advance(const GammaArrivals& gamma);
  void advance(const ModulatedArrivals& modulated);
  void advance(const CyclicArrivals& cyclic);
  void enter(const ModulatedArrivals& modulated, std::size_t state);

  ArrivalProcess process_;
  RandomStream stream_;
  SimTime now_;
  std::size_t state_ = 0;  ///< Of a modulated process.
  SimTime state_end_;
  Hertz rate_max_;  ///< Of a cyclic process.
};

}  // namespace offtake::demand
