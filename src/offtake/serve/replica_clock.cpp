#include "offtake/serve/replica_clock.hpp"

#include <bit>

#include "offtake/base/expects.hpp"

namespace offtake::serve {

ReplicaClock::ReplicaClock(int replicas) {
  expects(replicas >= 1, "a fleet has a replica");
  leaves_ = std::bit_ceil(static_cast<std::size_t>(replicas));
  times_.assign(leaves_, kNever);
  winners_.resize(2 * leaves_);
  for (std::size_t leaf = 0; leaf < leaves_; ++leaf) {
    winners_[leaves_ + leaf] = static_cast<int>(leaf);
  }
  for (std::size_t node = leaves_ - 1; node >= 1; --node) winners_[node] = winners_[2 * node];
  if (leaves_ == 1) winners_[1] = 0;
}

int ReplicaClock::earlier(int a, int b) const {
  return times_[static_cast<std::size_t>(b)] < times_[static_cast<std::size_t>(a)] ? b : a;
}

void ReplicaClock::set(int replica, SimTime time) {
  const auto index = static_cast<std::size_t>(replica);
  if (times_[index] == time) return;
  times_[index] = time;
  for (std::size_t node = (leaves_ + index) / 2; node >= 1; node /= 2) {
    winners_[node] = earlier(winners_[2 * node], winners_[2 * node + 1]);
  }
}

}  // namespace offtake::serve
