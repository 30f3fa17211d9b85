#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "offtake/base/sourced.hpp"
#include "offtake/hardware/reliability.hpp"
#include "offtake/perf/goodput.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// Figures of a run that the user sets instead of the system's.
struct RunChoices {
  std::optional<ChipRate> failure_rate;
  std::optional<Seconds> restart;              ///< Without loading the checkpoint.
  std::optional<Seconds> checkpoint_interval;  ///< Of training; absent, the best one.
};

/// The system's figures with those of the user instead, which have no range.
hardware::Reliability chosen_reliability(hardware::Reliability reliability,
                                         const RunChoices& choices);

/// What decides the goodput of a run.
struct RunConditions {
  hardware::Reliability reliability;
  Bytes state;  ///< Of one checkpoint.
  int chips = 1;
  Seconds step;  ///< No checkpoint is closer to the last than one.
  std::optional<Seconds> checkpoint_interval;
};

/// How much of the elapsed time trains, and why not all.
struct RunGoodput {
  perf::Goodput shares;
  perf::Interruptions job;
  std::optional<Seconds> checkpoint_interval;  ///< Absent where nothing fails.
};

RunGoodput run_goodput(const RunConditions& conditions);

/// Elapsed time over the time of steps, with the band that the ranges of the failure rate and of
/// the restart give: their parts of ln(elapsed) are independent, so their squares add.
perf::Yield<double> elapsed_per_step_time(const RunConditions& conditions);

/// The product of two figures whose errors are independent: the squares of ln(high / value) add,
/// and so on the low side.
template <class T>
perf::Yield<T> product(const perf::Yield<T>& a, const perf::Yield<double>& b) {
  const T value = a.value * b.value;
  const double high = std::hypot(std::log(a.high / a.value), std::log(b.high / b.value));
  const double low = std::hypot(std::log(a.value / a.low), std::log(b.value / b.low));
  return {.value = value, .low = value * std::exp(-low), .high = value * std::exp(high)};
}

/// A figure that the length of a run hangs on, with the run's length at each end of its range.
struct RunAssumption {
  std::string name;  ///< With the unit of the three texts: "restart, min".
  std::string value;
  std::string low;
  std::string high;
  std::string source;  ///< Id of the catalog's source, or "given".
  FigureStatus status = FigureStatus::kEstimate;
  double elapsed_low = 1.0;   ///< Elapsed time over that at the value, at the low end.
  double elapsed_high = 1.0;  ///< At the high end.
};

/// The figures of reliability that have a range, the most moving first.
std::vector<RunAssumption> run_assumptions(const RunConditions& conditions);

}  // namespace offtake::study
