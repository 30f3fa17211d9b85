#pragma once

#include <cstdint>
#include <vector>

#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// When each replica has its next event, and which has the earliest; of those at one instant the
/// one with the lowest index. A tournament: setting a time costs the logarithm of their number.
class ReplicaClock {
 public:
  explicit ReplicaClock(int replicas);

  void set(int replica, SimTime time);
  int earliest() const { return winners_[1]; }
  SimTime time() const { return times_[static_cast<std::size_t>(earliest())]; }

 private:
  int earlier(int a, int b) const;

  std::size_t leaves_ = 1;
  std::vector<SimTime> times_;
  std::vector<int> winners_;  ///< Of the subtree at each node; the children of n are 2 n, 2 n + 1.
};

}  // namespace offtake::serve
