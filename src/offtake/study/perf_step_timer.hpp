#pragma once

#include <optional>
#include <span>
#include <vector>

#include "offtake/perf/mixed_step.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/serve/step_timer.hpp"
#include "offtake/study/decode_lines.hpp"
#include "offtake/study/token_times.hpp"

namespace offtake::study {

/// Times of the products, collectives and fixed parts of a step, by what they go by.
class LinearTimes {
 public:
  /// `wait` is the share by which busy time is stretched.
  LinearTimes(const perf::ShardedModel& model, double wait);

  Seconds at(const perf::StepTokens& tokens) const {
    Seconds time = of_rank_.at(tokens.of_rank);
    if (of_stage_) time += of_stage_->at(tokens.of_stage);
    if (tokens.sampled > 0.0) time += sampled_.at(tokens.sampled);
    return time;
  }

 private:
  TokenTimes of_rank_;
  std::optional<TokenTimes> of_stage_;  ///< Where a stage has several ranks.
  TokenTimes sampled_;
};

/// The steps of a replica as the serving model predicts them (perf/decode, perf/mixed_step), from
/// tables that are made once. Both are within 0.1% of the model up to 1,048,576 tokens of mean
/// context, where no measured operations answer: those have steps of their own between the knots.
/// The lines go on beyond. A caller gives no more than 4,194,304 tokens to a step.
class PerfStepTimer final : public serve::StepTimer {
 public:
  PerfStepTimer(perf::ShardedModel model, int sequences_max);

  serve::DecodeLine decode_line(int sequences, std::int64_t context) const override {
    return lines_.at(sequences, context);
  }
  serve::Picoseconds mixed_step(std::span<const serve::PromptPart> prompts, int sequences,
                                std::int64_t context) const override;
  int sequences_max() const override { return lines_.sequences_max(); }

 private:
  /// A number of sequences in a step with prompts.
  struct Decodes {
    perf::StepTokens tokens;
    Seconds linear;  ///< What a step of them alone takes that goes by its tokens.
  };

  perf::PromptBatch batch_of(std::span<const serve::PromptPart> prompts) const;
  const LinearTimes& linear(bool waits) const { return waits && waiting_ ? *waiting_ : alone_; }
  Seconds prompts_alone(const perf::PromptBatch& batch) const;
  Seconds together(const perf::PromptBatch& batch, int sequences, Seconds decode) const;
  /// With the wait for a host that starts its kernels more slowly than they run.
  Seconds launched(Seconds step) const;

  perf::ShardedModel model_;
  double wait_;
  Seconds launch_;
  DecodeLines lines_;
  LinearTimes alone_;
  std::optional<LinearTimes> waiting_;  ///< Where stages wait for one another.
  std::vector<Decodes> decodes_;        ///< Of one sequence, of two, and so on.
};

}  // namespace offtake::study
