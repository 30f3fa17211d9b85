#include "offtake/base/batched_values.hpp"

#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake {
namespace {

constexpr std::size_t kBatchesMax = 32;
constexpr std::size_t kBatchesMin = 16;

}  // namespace

double student_975(double freedom) {
  expects(freedom >= 10.0, "the expansion is for ten degrees of freedom or more");
  constexpr double x = 1.959963984540054;
  constexpr double x3 = x * x * x;
  constexpr double x5 = x3 * x * x;
  constexpr double x7 = x5 * x * x;
  return x + (x3 + x) / (4.0 * freedom) +
         (5.0 * x5 + 16.0 * x3 + 3.0 * x) / (96.0 * freedom * freedom) +
         (3.0 * x7 + 19.0 * x5 + 17.0 * x3 - 15.0 * x) / (384.0 * freedom * freedom * freedom);
}

void BatchedValues::add(double value) {
  sum_ += value;
  ++count_;
  if (batches_.empty() || batches_.back().sketch.count() == batch_size_) {
    if (batches_.size() == kBatchesMax) join_pairs();
    batches_.emplace_back();
  }
  batches_.back().sum += value;
  batches_.back().sketch.add(value);
}

void BatchedValues::join_pairs() {
  for (std::size_t i = 0; i < kBatchesMax / 2; ++i) {
    Batch joined = std::move(batches_[2 * i]);
    joined.sum += batches_[2 * i + 1].sum;
    joined.sketch.merge(batches_[2 * i + 1].sketch);
    batches_[i] = std::move(joined);
  }
  batches_.resize(kBatchesMax / 2);
  batch_size_ *= 2;
}

QuantileSketch BatchedValues::sketch() const {
  QuantileSketch whole;
  for (const Batch& batch : batches_) whole.merge(batch.sketch);
  return whole;
}

double BatchedValues::mean() const {
  return count() == 0 ? 0.0 : sum_ / static_cast<double>(count());
}

template <class Figure>
std::optional<Interval> BatchedValues::interval(double of_whole, Figure figure) const {
  std::size_t whole = batches_.size();
  if (whole > 0 && batches_.back().sketch.count() < batch_size_) --whole;
  if (whole < kBatchesMin) return std::nullopt;
  const auto n = static_cast<double>(whole);
  double mean = 0.0;
  for (std::size_t i = 0; i < whole; ++i) mean += figure(batches_[i]) / n;
  double squares = 0.0;
  for (std::size_t i = 0; i < whole; ++i) {
    const double off = figure(batches_[i]) - mean;
    squares += off * off;
  }
  const double half = student_975(n - 1.0) * std::sqrt(squares / (n - 1.0) / n);
  return Interval{.low = of_whole - half, .high = of_whole + half};
}

std::optional<Interval> BatchedValues::mean_interval() const {
  return interval(mean(), [](const Batch& batch) {
    return batch.sum / static_cast<double>(batch.sketch.count());
  });
}

std::optional<Interval> BatchedValues::quantile_interval(double level) const {
  return interval(quantile(level),
                  [level](const Batch& batch) { return batch.sketch.quantile(level); });
}

}  // namespace offtake
