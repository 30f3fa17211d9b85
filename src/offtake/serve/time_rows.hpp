#pragma once

#include <cstddef>
#include <vector>

#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// Rows of counts for equal periods from time zero. When a run is so long that there would be more
/// than `rows_max`, periods are joined in pairs and from then on last twice as long. `Row` adds
/// with `+=`.
template <class Row>
class TimeRows {
 public:
  TimeRows(SimTime period, std::size_t rows_max) : period_(period), rows_max_(rows_max) {}

  Row& at(SimTime time) {
    auto index = static_cast<std::size_t>(time.ns / period_.ns);
    while (index >= rows_max_) {
      join_pairs();
      index = static_cast<std::size_t>(time.ns / period_.ns);
    }
    if (index >= rows_.size()) rows_.resize(index + 1);
    return rows_[index];
  }
  SimTime period() const { return period_; }
  const std::vector<Row>& rows() const { return rows_; }

 private:
  void join_pairs() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i % 2 == 0) {
        rows_[i / 2] = rows_[i];
      } else {
        rows_[i / 2] += rows_[i];
      }
    }
    rows_.resize((rows_.size() + 1) / 2);
    period_ += period_;
  }

  SimTime period_;
  std::size_t rows_max_;
  std::vector<Row> rows_;
};

}  // namespace offtake::serve
