#pragma once

#include <cstdint>
#include <vector>

#include "offtake/base/expects.hpp"
#include "offtake/demand/request.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

using SequenceId = std::int32_t;

/// What a sequence has in a replica's cache beside blocks of its own.
struct Room {
  std::int64_t committed = 0;  ///< Blocks that its admission set aside.
  std::int64_t shared = 0;     ///< Prefix blocks that it reads.
};

/// A request while it is in the fleet. Of its tokens, `generated` were delivered, and the last of
/// them is in no cache yet.
struct Sequence {
  demand::Request request;
  std::int64_t number = 0;     ///< In order of arrival, from zero.
  int level = 0;               ///< In waiting queues.
  std::int32_t prompt = 0;     ///< Tokens to compute before it decodes: the input, and after a
                               ///< preemption what it had generated.
  std::int32_t computed = 0;   ///< Of the prompt, in a cache.
  std::int32_t generated = 0;  ///< When it last began to decode or stopped.
  Room room;                   ///< On its replica.
  std::int32_t replica = -1;   ///< That holds or will hold it.
  std::int32_t sender = -1;    ///< The prefill replica that still holds its cache.
  std::int64_t admitted = 0;   ///< In order of admission on its replica.
  std::int64_t attempt = 0;    ///< Counts its losses to failures.
  std::int32_t preemptions = 0;
  bool shown = false;  ///< Its first token was generated, at `first_token`.
  SimTime first_token;
  SimTime last_token;  ///< When it stopped decoding, if it was preempted.

  /// Whether the cache of its prompt is being made or brought from elsewhere.
  bool is_taken_over() const { return sender >= 0; }
  std::int64_t left_to_compute() const { return prompt - computed; }
};

/// Sequences in flight, in slots that are used again: memory is that of the most at once.
class SequenceTable {
 public:
  SequenceId add(Sequence sequence) {
    ++live_;
    if (free_.empty()) {
      slots_.push_back(std::move(sequence));
      return static_cast<SequenceId>(slots_.size() - 1);
    }
    const SequenceId id = free_.back();
    free_.pop_back();
    (*this)[id] = std::move(sequence);
    return id;
  }
  void remove(SequenceId id) {
    --live_;
    free_.push_back(id);
  }
  Sequence& operator[](SequenceId id) { return slots_[static_cast<std::size_t>(id)]; }
  const Sequence& operator[](SequenceId id) const { return slots_[static_cast<std::size_t>(id)]; }
  std::int64_t live() const { return live_; }

 private:
  std::vector<Sequence> slots_;
  std::vector<SequenceId> free_;
  std::int64_t live_ = 0;
};

}  // namespace offtake::serve
