#include "offtake/study/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace literals;

namespace {

constexpr const char* kGiven = "given";

std::string minutes(Seconds time) { return fmt::format("{:.3g}", time.in(60.0_s)); }
std::string percent(double share) { return fmt::format("{:.3g}", 100.0 * share); }
std::string yearly(ChipRate rate) { return fmt::format("{:.2g}", rate.in(1.0_per_chip_year)); }
std::string storage(Bandwidth bandwidth) {
  return fmt::format("{:.2g}", bandwidth.in(1.0_GB_per_s));
}

double elapsed(RunConditions conditions) { return 1.0 / run_goodput(conditions).shares.training; }

/// The elapsed time with one figure moved to the ends of its range.
template <class T>
perf::Yield<double> moved(const RunConditions& conditions,
                          Sourced<T> hardware::Reliability::* figure) {
  const auto at = [&](const std::optional<T>& value) {
    RunConditions other = conditions;
    if (value) (other.reliability.*figure).value = *value;
    return elapsed(other);
  };
  const Sourced<T>& known = conditions.reliability.*figure;
  return {.value = elapsed(conditions), .low = at(known.low), .high = at(known.high)};
}

template <class T>
void add(std::vector<RunAssumption>& list, const RunConditions& conditions, const char* name,
         Sourced<T> hardware::Reliability::* figure, std::string (*text)(T)) {
  const Sourced<T>& known = conditions.reliability.*figure;
  if (!known.low && !known.high) return;
  const perf::Yield<double> run = moved(conditions, figure);
  list.push_back({.name = name,
                  .value = text(known.value),
                  .low = text(known.low.value_or(known.value)),
                  .high = text(known.high.value_or(known.value)),
                  .source = known.source,
                  .status = known.status,
                  .elapsed_low = run.low / run.value,
                  .elapsed_high = run.high / run.value});
}

double swing(const RunAssumption& assumption) {
  return std::abs(assumption.elapsed_high - assumption.elapsed_low);
}

}  // namespace

hardware::Reliability chosen_reliability(hardware::Reliability reliability,
                                         const RunChoices& choices) {
  if (choices.failure_rate) {
    reliability.failure_rate = {.value = *choices.failure_rate, .source = kGiven};
  }
  if (choices.restart) reliability.restart = {.value = *choices.restart, .source = kGiven};
  return reliability;
}

RunGoodput run_goodput(const RunConditions& conditions) {
  RunGoodput run;
  run.job =
      perf::interruptions(conditions.reliability, conditions.state, conditions.chips * 1.0_chips);
  run.checkpoint_interval = conditions.checkpoint_interval
                                ? conditions.checkpoint_interval
                                : perf::best_checkpoint_interval(run.job, conditions.step);
  run.shares = perf::goodput(run.job, run.checkpoint_interval);
  return run;
}

perf::Yield<double> elapsed_per_step_time(const RunConditions& conditions) {
  const auto failures = moved(conditions, &hardware::Reliability::failure_rate);
  const auto restart = moved(conditions, &hardware::Reliability::restart);
  return product(failures, perf::Yield<double>{.value = 1.0,
                                               .low = restart.low / restart.value,
                                               .high = restart.high / restart.value});
}

std::vector<RunAssumption> run_assumptions(const RunConditions& conditions) {
  using hardware::Reliability;
  std::vector<RunAssumption> list;
  add(list, conditions, "failures a chip and year", &Reliability::failure_rate, yearly);
  add(list, conditions, "restart, min", &Reliability::restart, minutes);
  add(list, conditions, "storage, GB/s/chip", &Reliability::checkpoint_bandwidth, storage);
  add(list, conditions, "checkpoint stall, %", &Reliability::checkpoint_stall, percent);
  add(list, conditions, "evaluation, %", &Reliability::evaluation, percent);
  add(list, conditions, "maintenance, %", &Reliability::maintenance, percent);
  std::ranges::stable_sort(list, std::greater<>{}, swing);
  return list;
}

}  // namespace offtake::study
