#include "offtake/serve/decode_batch.hpp"

#include <algorithm>

#include "offtake/base/expects.hpp"

namespace offtake::serve {
namespace {

/// The order of a heap whose front finishes first; of those that finish together, the one admitted
/// first.
bool finishes_later(const DecodingSequence& a, const DecodingSequence& b) {
  if (a.finish_step != b.finish_step) return a.finish_step > b.finish_step;
  return a.admitted > b.admitted;
}

std::int64_t modulo(std::int64_t value, std::int64_t divisor) {
  const std::int64_t rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

}  // namespace

DecodeBatch::DecodeBatch(int block_tokens)
    : block_tokens_(block_tokens), standing_(static_cast<std::size_t>(block_tokens), 0) {
  expects(block_tokens >= 1, "a block holds a token");
}

std::int64_t& DecodeBatch::standing(std::int64_t context_at_zero) {
  return standing_[static_cast<std::size_t>(modulo(context_at_zero, block_tokens_))];
}

void DecodeBatch::join(SequenceId id, std::int64_t admitted, std::int64_t context,
                       std::int64_t left, SimTime now) {
  expects(left >= 1, "a sequence that decodes has tokens to come");
  const DecodingSequence sequence{.finish_step = steps_ + left,
                                  .context_at_zero = context - steps_,
                                  .admitted = admitted,
                                  .id = id,
                                  .joined = now};
  sequences_.push_back(sequence);
  std::ranges::push_heap(sequences_, finishes_later);
  ++standing(sequence.context_at_zero);
  context_ += context;
}

void DecodeBatch::forget(const DecodingSequence& sequence) {
  --standing(sequence.context_at_zero);
  context_ -= context_of(sequence);
}

std::int64_t DecodeBatch::newest() const {
  return std::ranges::max(sequences_, {}, &DecodingSequence::admitted).admitted;
}

DecodingSequence DecodeBatch::remove_newest() {
  const auto place = std::ranges::max_element(sequences_, {}, &DecodingSequence::admitted);
  const DecodingSequence sequence = *place;
  sequences_.erase(place);
  std::ranges::make_heap(sequences_, finishes_later);
  forget(sequence);
  return sequence;
}

DecodingSequence DecodeBatch::remove_finished() {
  std::ranges::pop_heap(sequences_, finishes_later);
  const DecodingSequence sequence = sequences_.back();
  sequences_.pop_back();
  forget(sequence);
  return sequence;
}

// A step writes one token to each cache; where the context fills whole blocks it takes a new one.
// That is so at step s, counted as the batch does, for context_at_zero + s = 0 modulo block_tokens.
std::int64_t DecodeBatch::blocks_for_steps(std::int64_t count) const {
  std::int64_t blocks = count / block_tokens_ * size();
  for (std::int64_t j = 0; j < count % block_tokens_; ++j) {
    blocks += standing_[static_cast<std::size_t>(modulo(-(steps_ + j), block_tokens_))];
  }
  return blocks;
}

std::int64_t DecodeBatch::steps_within(std::int64_t available, std::int64_t most) const {
  if ((most / block_tokens_ + 1) * size() <= available) return most;
  std::int64_t steps = available / size() * block_tokens_;
  if (steps >= most) return most;
  std::int64_t left = available - steps / block_tokens_ * size();
  while (steps < most) {
    left -= standing_[static_cast<std::size_t>(modulo(-(steps_ + steps), block_tokens_))];
    if (left < 0) break;
    ++steps;
  }
  return steps;
}

void DecodeBatch::advance(std::int64_t count) {
  steps_ += count;
  context_ += count * size();
}

std::int64_t DecodeBatch::add_tokens(std::size_t index, std::int64_t extra) {
  DecodingSequence& sequence = sequences_[index];
  const std::int64_t taken = std::min(extra, sequence.finish_step - steps_);
  if (taken <= 0) return 0;
  --standing(sequence.context_at_zero);
  sequence.context_at_zero += taken;
  sequence.finish_step -= taken;
  ++standing(sequence.context_at_zero);
  context_ += taken;
  return taken;
}

void DecodeBatch::reorder() { std::ranges::make_heap(sequences_, finishes_later); }

}  // namespace offtake::serve
