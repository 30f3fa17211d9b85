#include "offtake/serve/step_run.hpp"

#include <algorithm>
#include <cmath>

namespace offtake::serve {
namespace {

constexpr Picoseconds kPerNanosecond = 1000;

}  // namespace

Picoseconds StepRun::duration(std::int64_t count) const {
  // sum of fixed + per_token (C + j B) over j < n = n fixed + per_token (n C + B n (n - 1) / 2)
  const std::int64_t pairs = count * (count - 1) / 2;
  return count * line.fixed + line.per_token * (count * context + sequences * pairs);
}

SimTime StepRun::end_of(std::int64_t count) const {
  return start + SimTime{(carry + duration(count)) / kPerNanosecond};
}

Picoseconds StepRun::carry_of(std::int64_t count) const {
  return (carry + duration(count)) % kPerNanosecond;
}

std::int64_t StepRun::steps_until(SimTime time) const {
  // The root of a n^2 + b n = d, then by whole steps to the exact one.
  const double d = static_cast<double>((time - start).ns) * kPerNanosecond;
  const double a = 0.5 * static_cast<double>(line.per_token) * sequences;
  const double b = static_cast<double>(line.at(context)) - a;
  const double root = a > 0.0 ? (std::sqrt(b * b + 4.0 * a * std::max(0.0, d)) - b) / (2.0 * a)
                              : d / std::max(1.0, b);
  auto count = static_cast<std::int64_t>(std::clamp(root, 1.0, static_cast<double>(steps)));
  while (count > 1 && end_of(count - 1) >= time) --count;
  while (count < steps && end_of(count) < time) ++count;
  return count;
}

std::int64_t steps_representable(const StepRun& run) {
  constexpr double kMost = 1e18;
  const double step = static_cast<double>(run.line.at(run.context));
  const double growth = static_cast<double>(run.line.per_token) * run.sequences;
  const double by_step = kMost / std::max(1.0, step);
  const double by_growth = std::sqrt(kMost / std::max(1.0, growth));
  return static_cast<std::int64_t>(std::max(1.0, std::min({by_step, by_growth, 1e9})));
}

}  // namespace offtake::serve
