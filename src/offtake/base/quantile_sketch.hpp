#pragma once

#include <cstdint>
#include <vector>

namespace offtake {

/// Quantiles of a stream of values in memory that does not grow with it: counts in buckets whose
/// bounds grow by one factor, so a quantile is off by at most the relative error `kError`, whatever
/// the values. Sketches of parts merge into that of the whole, in any order, exactly.
/// Source: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with
/// relative-error guarantees", PVLDB 12(12), 2019.
class QuantileSketch {
 public:
  static constexpr double kError = 0.005;

  /// `value` is finite and not negative; below 1e-12 it counts as zero.
  void add(double value, std::uint64_t count = 1);
  void merge(const QuantileSketch& other);

  std::uint64_t count() const { return count_; }
  /// The value of rank floor(level * (count - 1)), to within kError; zero when there is none.
  double quantile(double level) const;
  /// Share of the values that are at most `value`, where values in its bucket count as such.
  double share_up_to(double value) const;

 private:
  std::uint64_t count_ = 0;
  std::uint64_t zeros_ = 0;
  int first_ = 0;  ///< Index of the first bucket held.
  std::vector<std::uint64_t> buckets_;
};

}  // namespace offtake
