#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "offtake/serve/sequence.hpp"

namespace offtake::serve {

/// A sequence that decodes. Counts of steps are those of its batch.
struct DecodingSequence {
  std::int64_t finish_step = 0;      ///< After which it has all its tokens.
  std::int64_t context_at_zero = 0;  ///< Its context less the batch's steps.
  std::int64_t admitted = 0;
  SequenceId id = 0;
  SimTime joined;
};

/// The sequences of a replica that decode together. A step adds one token to each, so nothing is
/// kept up to date for a single one: steps are counted once, and blocks are counted by where in its
/// last block each context stands.
class DecodeBatch {
 public:
  explicit DecodeBatch(int block_tokens);

  int size() const { return static_cast<int>(sequences_.size()); }
  bool empty() const { return sequences_.empty(); }
  std::int64_t context() const { return context_; }  ///< Of all together.
  std::int64_t steps_done() const { return steps_; }
  std::span<const DecodingSequence> sequences() const { return sequences_; }

  /// `left` tokens are to come, at least one; `context` of them are in the cache.
  void join(SequenceId id, std::int64_t admitted, std::int64_t context, std::int64_t left,
            SimTime now);
  /// Takes out the one admitted last. The batch is not empty.
  DecodingSequence remove_newest();
  std::int64_t newest() const;  ///< Its number of admission.

  std::int64_t steps_to_finish() const { return sequences_.front().finish_step - steps_; }
  /// New blocks that `count` more steps take.
  std::int64_t blocks_for_steps(std::int64_t count) const;
  /// The most steps, up to `most`, whose new blocks are at most `available`.
  std::int64_t steps_within(std::int64_t available, std::int64_t most) const;
  void advance(std::int64_t count);
  /// Of one step in which a sequence may add more than one token: `extra` further ones of the
  /// sequence at `index`, of which it can need at most those left. Returns those it took.
  std::int64_t add_tokens(std::size_t index, std::int64_t extra);
  /// Restores the order after add_tokens.
  void reorder();
  /// Takes out and gives the next sequence that has all its tokens.
  bool has_finished() const {
    return !sequences_.empty() && sequences_.front().finish_step <= steps_;
  }
  DecodingSequence remove_finished();

  std::int64_t context_of(const DecodingSequence& sequence) const {
    return sequence.context_at_zero + steps_;
  }
  std::int64_t tokens_left(const DecodingSequence& sequence) const {
    return sequence.finish_step - steps_;
  }

 private:
  std::int64_t& standing(std::int64_t context_at_zero);
  void forget(const DecodingSequence& sequence);

  int block_tokens_;
  std::int64_t steps_ = 0;
  std::int64_t context_ = 0;
  std::vector<DecodingSequence> sequences_;  ///< A heap: the first to finish in front.
  std::vector<std::int64_t> standing_;       ///< Sequences by context_at_zero modulo block_tokens.
};

}  // namespace offtake::serve
