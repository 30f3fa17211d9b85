#include "offtake/study/perf_step_timer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/perf/decode.hpp"
#include "offtake/perf/layer_cost.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::study {

using namespace offtake::literals;

namespace {

constexpr std::int64_t kContextMax = 1 << 20;
constexpr double kTolerance = 5e-4;  ///< Of a decode step, by which a line may be off.

/// 1, 2, 3, 4, 6, 8, 12, ... tokens: windows of attention are mostly powers of two.
std::vector<std::int64_t> context_ladder() {
  std::vector<std::int64_t> ladder{1};
  for (std::int64_t context = 2; context <= kContextMax; context *= 2) {
    ladder.push_back(context);
    if (context < kContextMax) ladder.push_back(context + context / 2);
  }
  return ladder;
}

/// Finds the contexts between which lines of whole picoseconds follow the time of a decode step.
class Knots {
 public:
  Knots(const perf::ShardedModel& model, int sequences)
      : model_(model), sequences_(sequences), ladder_(context_ladder()) {}

  /// Where nothing is measured, the context comes in by attention alone and in one shape for each
  /// sequence, so that the knots of the most sequences, of whose step attention is the greatest
  /// part, do for all.
  std::vector<std::int64_t> found() && {
    if (model_.assumptions.operations) return ladder_;
    knots_.push_back(ladder_.front());
    split(ladder_.front(), ladder_.back());
    knots_.push_back(ladder_.back());
    return std::move(knots_);
  }

 private:
  double time(std::int64_t context) const {
    return perf::decode_cost(model_, sequences_, static_cast<double>(context)).total().in(1e-12_s);
  }

  /// Steps of the ladder between two contexts, or the one halfway between neighbours.
  std::vector<std::int64_t> between(std::int64_t low, std::int64_t high) const {
    const auto begin = std::ranges::upper_bound(ladder_, low);
    const auto end = std::ranges::lower_bound(ladder_, high);
    if (begin < end) return {begin, end};
    if (high - low < 2) return {};
    return {low + (high - low) / 2};
  }

  /// Where between `low` and `high` a line is off most, if by too much there or at its end.
  std::optional<std::int64_t> worst(std::int64_t low, std::int64_t high) const {
    const double begin = time(low);
    const double per_context =
        sequences_ *
        std::round((time(high) - begin) / static_cast<double>((high - low) * sequences_));
    const auto off = [&](std::int64_t context) {
      const double line = begin + per_context * static_cast<double>(context - low);
      return std::abs(line / time(context) - 1.0);
    };
    const std::vector<std::int64_t> inside = between(low, high);
    const auto most = std::ranges::max_element(inside, {}, off);
    if (most == inside.end()) return std::nullopt;
    if (off(*most) > kTolerance || off(high) > kTolerance) return *most;
    return std::nullopt;
  }

  /// Adds that context, and those before and after it.
  /// Source: Douglas and Peucker, "Algorithms for the reduction of the number of points required to
  /// represent a digitized line", Cartographica 10(2), 1973.
  void split(std::int64_t low, std::int64_t high) {
    const std::optional<std::int64_t> knot = worst(low, high);
    if (!knot) return;
    split(low, *knot);
    knots_.push_back(*knot);
    split(*knot, high);
  }

  const perf::ShardedModel& model_;
  int sequences_;
  std::vector<std::int64_t> ladder_;
  std::vector<std::int64_t> knots_;
};

DecodeLines decode_lines(const perf::ShardedModel& model, int sequences_max) {
  return DecodeLines(sequences_max, Knots(model, sequences_max).found(),
                     [&](int sequences, double context) {
                       return perf::decode_cost(model, sequences, context).total();
                     });
}

Seconds linear_time(const perf::ShardedModel& model, const perf::StepTokens& tokens, double wait) {
  perf::StepCost cost;
  perf::add_linear_costs(model, tokens, cost);
  return cost.total() + wait * cost.busy();
}

/// Of the tokens of a rank, when they are all of its stage or these are held at one.
TokenTimes rank_times(const perf::ShardedModel& model, double wait) {
  const bool is_stage = model.layout.attention_data == 1;
  return TokenTimes([&](double tokens) {
    return linear_time(
        model, {.of_rank = tokens, .of_stage = is_stage ? tokens : 1.0, .sampled = 0.0}, wait);
  });
}

/// What the tokens of a stage take more than one does; no part of a step goes by both.
std::optional<TokenTimes> stage_times(const perf::ShardedModel& model, double wait) {
  if (model.layout.attention_data == 1) return std::nullopt;
  const auto time = [&](double tokens) {
    return linear_time(model, {.of_rank = 1.0, .of_stage = tokens, .sampled = 0.0}, wait);
  };
  return TokenTimes([&](double tokens) { return time(tokens) - time(1.0); });
}

}  // namespace

LinearTimes::LinearTimes(const perf::ShardedModel& model, double wait)
    : of_rank_(rank_times(model, wait)),
      of_stage_(stage_times(model, wait)),
      sampled_([&](double tokens) { return (1.0 + wait) * perf::logits_time(model, tokens); }) {}

PerfStepTimer::PerfStepTimer(perf::ShardedModel model, int sequences_max)
    : model_(std::move(model)),
      wait_(perf::pipeline_wait(model_)),
      launch_(perf::launch_time(model_)),
      lines_(decode_lines(model_, sequences_max)),
      alone_(model_, 0.0) {
  if (wait_ > 0.0) waiting_.emplace(model_, wait_);
  decodes_.reserve(static_cast<std::size_t>(sequences_max));
  for (int sequences = 1; sequences <= sequences_max; ++sequences) {
    const perf::StepTokens tokens = perf::decode_batch(model_, sequences, 0.0).step_tokens();
    decodes_.push_back({.tokens = tokens, .linear = linear_time(model_, tokens, wait_)});
  }
}

perf::PromptBatch PerfStepTimer::batch_of(std::span<const serve::PromptPart> prompts) const {
  const double of_rank = perf::chunks_of_rank(model_, prompts.size());
  perf::PromptLoad load;
  for (const serve::PromptPart& part : prompts) {
    const perf::PromptChunk chunk{.computed = static_cast<double>(part.computed),
                                  .cached = static_cast<double>(part.cached),
                                  .last = part.last};
    load.add(chunk, perf::tokens_computed(model_, chunk),
             perf::attention_time(model_, chunk, of_rank));
  }
  return perf::heaviest_batch(model_, load);
}

Seconds PerfStepTimer::launched(Seconds step) const { return std::max(step, launch_); }

Seconds PerfStepTimer::prompts_alone(const perf::PromptBatch& batch) const {
  const double wait = batch.of_several ? wait_ : 0.0;
  return launched(linear(batch.of_several).at(batch.tokens) + (1.0 + wait) * batch.attention +
                  model_.fixed.step.value);
}

Seconds PerfStepTimer::together(const perf::PromptBatch& batch, int sequences,
                                Seconds decode) const {
  const Decodes& decodes = decodes_[static_cast<std::size_t>(sequences - 1)];
  const perf::StepTokens tokens = perf::mixed_tokens(batch.tokens, decodes.tokens);
  return launched(linear(true).at(tokens) + (1.0 + wait_) * batch.attention +
                  (decode - decodes.linear));
}

serve::Picoseconds PerfStepTimer::mixed_step(std::span<const serve::PromptPart> prompts,
                                             int sequences, std::int64_t context) const {
  expects(!prompts.empty(), "a mixed step has prompts");
  const perf::PromptBatch batch = batch_of(prompts);
  const Seconds alone = prompts_alone(batch);
  if (sequences == 0) return picoseconds(alone);
  const Seconds decode = Seconds::in_base_units(
      1e-12 * static_cast<double>(lines_.at(sequences, context).at(context)));
  const double fused = model_.prefill_fused;
  return picoseconds(fused * together(batch, sequences, decode) + (1.0 - fused) * (alone + decode));
}

}  // namespace offtake::study
