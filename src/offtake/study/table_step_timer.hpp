#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "offtake/serve/step_timer.hpp"
#include "offtake/study/decode_lines.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// A step that someone has timed.
struct MeasuredStep {
  int prompt_tokens = 0;   ///< Computed in it, of all prompts; may be none.
  int sequences = 0;       ///< That decode in it; may be none.
  int context_tokens = 0;  ///< In the cache of each of these, in the mean.
  Seconds time;
};

/// What a table of steps reaches; a step beyond is timed as the nearest within.
struct StepTableBounds {
  int prompt_tokens_least = 0;  ///< Of steps with prompts.
  int prompt_tokens_most = 0;
  int sequences_least = 0;  ///< Of steps of decodes alone.
  int sequences_most = 0;
  int context_least = 0;  ///< Mean context of these.
  int context_most = 0;

  bool operator==(const StepTableBounds&) const = default;
};

/// The steps of a replica as a table of measured ones has them. Between them time is linear in the
/// mean context at one number of sequences and prompt tokens, then linear in the number of
/// sequences, then in the prompt tokens, each between the two nearest that were measured; rows need
/// no full grid. Beyond what was measured the nearest is held. Prompts come in by the tokens that
/// are computed: how they are cut, and what of them is cached, the table does not know. Decode
/// steps do not fall as the context grows (DecodeLines).
class TableStepTimer final : public serve::StepTimer {
 public:
  /// `steps` differ in their conditions; some are of decodes alone and some have prompts.
  explicit TableStepTimer(std::vector<MeasuredStep> steps);

  const StepTableBounds& bounds() const { return bounds_; }

  serve::DecodeLine decode_line(int sequences, std::int64_t context) const override {
    return lines_.at(sequences, context);
  }
  serve::Picoseconds mixed_step(std::span<const serve::PromptPart> prompts, int sequences,
                                std::int64_t context) const override;
  int sequences_max() const override { return bounds_.sequences_most; }

 private:
  /// Ordered by prompt tokens, sequences and context.
  std::vector<MeasuredStep> steps_;
  StepTableBounds bounds_;
  DecodeLines lines_;
};

}  // namespace offtake::study
