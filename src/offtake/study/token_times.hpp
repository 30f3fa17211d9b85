#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <vector>

#include "offtake/base/expects.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// A time that goes by tokens, tabulated from 1 to 4,194,304 of them at 128 even steps to each
/// doubling, and linear between them. Steps are at most 1/128 of their tokens, so that whole
/// numbers up to 256 are exact, and a time that turns from level to proportion in the middle of a
/// step is off by a quarter of the step there: 1/512.
class TokenTimes {
 public:
  explicit TokenTimes(const std::function<Seconds(double tokens)>& time) {
    times_.reserve(kSteps + 1);
    for (std::uint64_t step = 0; step <= kSteps; ++step) times_.push_back(time(tokens_of(step)));
  }

  Seconds at(double tokens) const {
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(tokens);
    const std::uint64_t step = (bits >> kBelow) - kFirst;
    expects(step < kSteps, "tokens are within the table");
    const double beyond = static_cast<double>(bits & kMask) * kUnit;  // In [0, 1).
    const Seconds low = times_[step];
    return low + beyond * (times_[step + 1] - low);
  }

 private:
  // A double is its exponent above 52 bits of a fraction, so its leading bits count the steps.
  static constexpr int kFractionBits = 52;
  static constexpr int kStepBits = 7;
  static constexpr int kBelow = kFractionBits - kStepBits;
  static constexpr std::uint64_t kMask = (std::uint64_t{1} << kBelow) - 1;
  static constexpr double kUnit = 1.0 / static_cast<double>(std::uint64_t{1} << kBelow);
  static constexpr std::uint64_t kFirst = std::bit_cast<std::uint64_t>(1.0) >> kBelow;
  static constexpr std::uint64_t kDoublings = 22;
  static constexpr std::uint64_t kSteps = kDoublings << kStepBits;

  static double tokens_of(std::uint64_t step) {
    return std::bit_cast<double>((kFirst + step) << kBelow);
  }

  std::vector<Seconds> times_;
};

}  // namespace offtake::study
