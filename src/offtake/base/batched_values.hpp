#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "offtake/base/quantile_sketch.hpp"

namespace offtake {

/// A figure's 95% confidence interval.
struct Interval {
  double low = 0.0;
  double high = 0.0;
};

/// The 97.5% quantile of Student's t with `freedom` degrees, at least 10, to three digits.
/// Source: Abramowitz and Stegun, "Handbook of mathematical functions", 1964, 26.7.5.
double student_975(double freedom);

/// A stream of values that depend on those before them, such as the latencies of requests in one
/// queue: its mean and quantiles, and how sure they are, by the spread of the same figures over
/// batches of values in a row. As the stream grows neighbouring batches are joined, so that there
/// are always 16 to 32 and memory does not grow.
/// Sources: Law and Carson, "A sequential procedure for determining the length of a steady-state
/// simulation", Operations Research 27(5), 1979; for quantiles, batches as sections: Asmussen and
/// Glynn, "Stochastic simulation", 2007, III.5.
class BatchedValues {
 public:
  /// `value` is finite and not negative.
  void add(double value);

  std::uint64_t count() const { return count_; }
  double mean() const;
  double quantile(double level) const { return sketch().quantile(level); }
  QuantileSketch sketch() const;  ///< Of all values.
  /// Nothing where there are fewer than 16 whole batches.
  std::optional<Interval> mean_interval() const;
  std::optional<Interval> quantile_interval(double level) const;

 private:
  struct Batch {
    double sum = 0.0;
    QuantileSketch sketch;
  };

  void join_pairs();
  template <class Figure>
  std::optional<Interval> interval(double of_whole, Figure figure) const;

  double sum_ = 0.0;
  std::uint64_t count_ = 0;
  std::uint64_t batch_size_ = 16;
  std::vector<Batch> batches_;  ///< The last one is being filled.
};

}  // namespace offtake
