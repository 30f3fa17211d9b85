#include "offtake/base/quantile_sketch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "offtake/base/expects.hpp"

namespace offtake {
namespace {

constexpr double kGamma = (1.0 + QuantileSketch::kError) / (1.0 - QuantileSketch::kError);
constexpr double kZero = 1e-12;
constexpr int kSlack = 64;  ///< Buckets that are made beside a new one, so that few values grow it.

/// Bucket i holds (gamma^(i - 1), gamma^i].
int bucket_of(double value) {
  static const double per_log = 1.0 / std::log(kGamma);
  return static_cast<int>(std::ceil(std::log(value) * per_log));
}

/// Off by at most kError from all values of the bucket.
double middle_of(int bucket) { return 2.0 * std::pow(kGamma, bucket) / (1.0 + kGamma); }

}  // namespace

void QuantileSketch::add(double value, std::uint64_t count) {
  expects(value >= 0.0 && value < std::numeric_limits<double>::infinity(),
          "a sketch takes finite values that are not negative");
  count_ += count;
  if (value < kZero) {
    zeros_ += count;
    return;
  }
  const int bucket = bucket_of(value);
  if (buckets_.empty()) first_ = bucket;
  if (bucket < first_) {
    const int grown = first_ - bucket + kSlack;
    buckets_.insert(buckets_.begin(), static_cast<std::size_t>(grown), 0);
    first_ -= grown;
  }
  const auto place = static_cast<std::size_t>(bucket - first_);
  if (place >= buckets_.size()) buckets_.resize(place + kSlack, 0);
  buckets_[place] += count;
}

void QuantileSketch::merge(const QuantileSketch& other) {
  count_ += other.count_;
  zeros_ += other.zeros_;
  if (other.buckets_.empty()) return;
  if (buckets_.empty()) {
    first_ = other.first_;
    buckets_ = other.buckets_;
    return;
  }
  if (other.first_ < first_) {
    buckets_.insert(buckets_.begin(), static_cast<std::size_t>(first_ - other.first_), 0);
    first_ = other.first_;
  }
  const auto shift = static_cast<std::size_t>(other.first_ - first_);
  buckets_.resize(std::max(buckets_.size(), shift + other.buckets_.size()), 0);
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[shift + i] += other.buckets_[i];
}

double QuantileSketch::quantile(double level) const {
  expects(0.0 <= level && level <= 1.0, "a level is in [0, 1]");
  if (count_ == 0) return 0.0;
  const auto rank = static_cast<std::uint64_t>(level * static_cast<double>(count_ - 1));
  std::uint64_t below = zeros_;
  if (rank < below) return 0.0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    below += buckets_[i];
    if (rank < below) return middle_of(first_ + static_cast<int>(i));
  }
  expects(false, "every value is in a bucket");
  return 0.0;
}

double QuantileSketch::share_up_to(double value) const {
  if (count_ == 0 || value < 0.0) return 0.0;
  std::uint64_t below = zeros_;
  if (value >= kZero && !buckets_.empty()) {
    const int last = bucket_of(value) - first_;
    for (int i = 0; i <= last && i < static_cast<int>(buckets_.size()); ++i) {
      below += buckets_[static_cast<std::size_t>(i)];
    }
  }
  return static_cast<double>(below) / static_cast<double>(count_);
}

}  // namespace offtake
