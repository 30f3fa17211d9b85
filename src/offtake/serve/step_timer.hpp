#pragma once

#include <cstdint>
#include <span>

namespace offtake::serve {

/// A span of time in whole picoseconds: a token's share of a step is far below a nanosecond.
using Picoseconds = std::int64_t;

/// What a step computes of one prompt.
struct PromptPart {
  std::int32_t computed = 0;  ///< Tokens; at least one.
  std::int32_t cached = 0;    ///< Tokens before them whose cache is there.
  bool last = true;           ///< Whether it ends the prompt, so that a token is sampled.
};

/// Steps in which `sequences` decode and no prompt is computed, for all contexts from the one asked
/// for to below `context_end`: each takes `fixed + per_token * context`, where the context is that
/// of all sequences together.
struct DecodeLine {
  Picoseconds fixed = 0;
  Picoseconds per_token = 0;
  std::int64_t context_end = INT64_MAX;

  constexpr Picoseconds at(std::int64_t context) const { return fixed + per_token * context; }
};

/// How long a replica's steps take: a performance model, a measured table, or a constant.
class StepTimer {
 public:
  StepTimer() = default;
  StepTimer(const StepTimer&) = delete;
  StepTimer& operator=(const StepTimer&) = delete;
  virtual ~StepTimer() = default;

  /// Of steps without prompts. `sequences` is at least one, `context` the tokens in their caches.
  virtual DecodeLine decode_line(int sequences, std::int64_t context) const = 0;

  /// Of a step that computes `prompts`, not empty, while `sequences` decode, which may be none.
  virtual Picoseconds mixed_step(std::span<const PromptPart> prompts, int sequences,
                                 std::int64_t context) const = 0;

  /// The most sequences that may decode at once.
  virtual int sequences_max() const = 0;
};

}  // namespace offtake::serve
