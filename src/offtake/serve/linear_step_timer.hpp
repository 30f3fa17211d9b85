#pragma once

#include <span>

#include "offtake/serve/step_timer.hpp"

namespace offtake::serve {

/// Steps that take a time for themselves, one for each sequence that decodes, for each token of the
/// sequences' caches and for each token of prompts, computed and already there. With all but
/// `step` zero it is a constant.
struct LinearStep {
  Picoseconds step = 0;
  Picoseconds per_sequence = 0;
  Picoseconds per_context_token = 0;
  Picoseconds per_prompt_token = 0;
  Picoseconds per_cached_token = 0;  ///< Of those before a part of a prompt.
};

class LinearStepTimer : public StepTimer {
 public:
  explicit LinearStepTimer(const LinearStep& step, int sequences_max = 1 << 20)
      : step_(step), sequences_max_(sequences_max) {}

  DecodeLine decode_line(int sequences, std::int64_t /*context*/) const override {
    return {.fixed = step_.step + sequences * step_.per_sequence,
            .per_token = step_.per_context_token};
  }

  Picoseconds mixed_step(std::span<const PromptPart> prompts, int sequences,
                         std::int64_t context) const override {
    Picoseconds time =
        step_.step + sequences * step_.per_sequence + context * step_.per_context_token;
    for (const PromptPart& part : prompts) {
      time += part.computed * step_.per_prompt_token + part.cached * step_.per_cached_token;
    }
    return time;
  }

  int sequences_max() const override { return sequences_max_; }

 private:
  LinearStep step_;
  int sequences_max_;
};

}  // namespace offtake::serve
