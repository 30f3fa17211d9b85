#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "offtake/serve/sequence.hpp"

namespace offtake::serve {

/// Who waits for a replica: first come, first served within a level; a lower level goes first.
class WaitingQueue {
 public:
  explicit WaitingQueue(int levels) : levels_(static_cast<std::size_t>(levels)) {}

  bool empty() const { return size_ == 0; }
  std::int64_t size() const { return size_; }
  SequenceId front() const;
  void push_back(SequenceId id, int level);
  /// Before all others of its level.
  void push_front(SequenceId id, int level);
  SequenceId pop_front();
  /// Whether it waited.
  bool remove(SequenceId id);
  /// All, in order; none is left.
  std::vector<SequenceId> take_all();
  /// Whether one that comes now at `level` would be first.
  bool would_be_first(int level) const;

 private:
  std::vector<std::deque<SequenceId>> levels_;
  std::int64_t size_ = 0;
};

}  // namespace offtake::serve
