#include "offtake/serve/waiting_queue.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"

namespace offtake::serve {

SequenceId WaitingQueue::front() const {
  const auto level = std::ranges::find_if(levels_, [](const auto& l) { return !l.empty(); });
  expects(level != levels_.end(), "someone waits");
  return level->front();
}

void WaitingQueue::push_back(SequenceId id, int level) {
  levels_[static_cast<std::size_t>(level)].push_back(id);
  ++size_;
}

void WaitingQueue::push_front(SequenceId id, int level) {
  levels_[static_cast<std::size_t>(level)].push_front(id);
  ++size_;
}

SequenceId WaitingQueue::pop_front() {
  const auto level = std::ranges::find_if(levels_, [](const auto& l) { return !l.empty(); });
  expects(level != levels_.end(), "someone waits");
  const SequenceId id = level->front();
  level->pop_front();
  --size_;
  return id;
}

bool WaitingQueue::remove(SequenceId id) {
  for (auto& level : levels_) {
    const auto place = std::ranges::find(level, id);
    if (place == level.end()) continue;
    level.erase(place);
    --size_;
    return true;
  }
  return false;
}

std::vector<SequenceId> WaitingQueue::take_all() {
  std::vector<SequenceId> all;
  for (auto& level : levels_) {
    all.insert(all.end(), level.begin(), level.end());
    level.clear();
  }
  size_ = 0;
  return all;
}

bool WaitingQueue::would_be_first(int level) const {
  for (int l = 0; l <= level; ++l) {
    if (!levels_[static_cast<std::size_t>(l)].empty()) return false;
  }
  return true;
}

}  // namespace offtake::serve
