#pragma once

#include <span>
#include <vector>

namespace offtake::lp {

/// A plane below one scenario's cost: Q_s(x) >= constant + slope . x.
struct Cut {
  double constant = 0.0;
  std::vector<double> slope;  ///< [first-stage column]

  double at(std::span<const double> x) const;
};

/// All cuts found for one scenario. They hold for every question that is asked of it.
class CutPool {
 public:
  std::size_t size() const { return cuts_.size(); }
  void add(Cut cut) { cuts_.push_back(std::move(cut)); }
  bool empty() const { return cuts_.empty(); }
  const Cut& newest() const { return cuts_.back(); }
  const Cut& operator[](std::size_t index) const { return cuts_[index]; }
  /// Index of the cut that is highest at `x`; the pool is not empty.
  std::size_t highest_at(std::span<const double> x) const;

 private:
  std::vector<Cut> cuts_;
};

}  // namespace offtake::lp
