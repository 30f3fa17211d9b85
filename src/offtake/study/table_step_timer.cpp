#include "offtake/study/table_step_timer.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::study {
namespace {

using Steps = std::span<const MeasuredStep>;

std::vector<MeasuredStep> ordered(std::vector<MeasuredStep> steps) {
  std::ranges::sort(steps, {}, [](const MeasuredStep& step) {
    return std::tuple(step.prompt_tokens, step.sequences, step.context_tokens);
  });
  return steps;
}

/// The part of `steps`, which are ordered by `axis`, that has one value of it.
Steps of_value(Steps steps, int MeasuredStep::* axis, int value) {
  const auto found = std::ranges::equal_range(steps, value, {}, axis);
  return {found.begin(), found.end()};
}

/// At `at` on `axis`: linear between the nearest values below and above it, or the only nearest.
/// `time` is of the steps that have one value.
template <class Time>
double between(Steps steps, int MeasuredStep::* axis, double at, const Time& time) {
  const auto above = std::ranges::lower_bound(steps, at, {}, axis);
  if (above == steps.end()) return time(of_value(steps, axis, steps.back().*axis));
  const double high = time(of_value(steps, axis, (*above).*axis));
  if (above == steps.begin() || (*above).*axis == at) return high;
  const int below = (*std::prev(above)).*axis;
  const double low = time(of_value(steps, axis, below));
  return low + (high - low) * (at - below) / ((*above).*axis - below);
}

/// Of steps with one number of prompt tokens.
Seconds time_of_decodes(Steps steps, double sequences, double context) {
  return Seconds::in_base_units(
      between(steps, &MeasuredStep::sequences, sequences, [&](Steps alike) {
        return between(alike, &MeasuredStep::context_tokens, context,
                       [](Steps one) { return one.front().time.base_units(); });
      }));
}

Steps without_prompts(Steps steps) { return of_value(steps, &MeasuredStep::prompt_tokens, 0); }

StepTableBounds bounds_of(Steps steps) {
  const Steps decodes = without_prompts(steps);
  expects(!decodes.empty() && decodes.size() < steps.size(), "steps with prompts and without");
  const auto [least, most] = std::ranges::minmax(decodes, {}, &MeasuredStep::context_tokens);
  return {.prompt_tokens_least = steps[decodes.size()].prompt_tokens,
          .prompt_tokens_most = steps.back().prompt_tokens,
          .sequences_least = decodes.front().sequences,
          .sequences_most = decodes.back().sequences,
          .context_least = least.context_tokens,
          .context_most = most.context_tokens};
}

/// All contexts that were measured, with one before and one after them, for beyond them the nearest
/// is held.
std::vector<std::int64_t> context_knots(Steps decodes) {
  std::vector<std::int64_t> knots{0};
  for (const MeasuredStep& step : decodes) knots.push_back(step.context_tokens);
  std::ranges::sort(knots);
  knots.erase(std::ranges::unique(knots).begin(), knots.end());
  knots.push_back(knots.back() + 1);
  return knots;
}

DecodeLines decode_lines(Steps decodes) {
  return DecodeLines(
      decodes.back().sequences, context_knots(decodes),
      [&](int sequences, double context) { return time_of_decodes(decodes, sequences, context); });
}

}  // namespace

TableStepTimer::TableStepTimer(std::vector<MeasuredStep> steps)
    : steps_(ordered(std::move(steps))),
      bounds_(bounds_of(steps_)),
      lines_(decode_lines(without_prompts(steps_))) {}

serve::Picoseconds TableStepTimer::mixed_step(std::span<const serve::PromptPart> prompts,
                                              int sequences, std::int64_t context) const {
  expects(!prompts.empty(), "a mixed step has prompts");
  double computed = 0.0;
  for (const serve::PromptPart& part : prompts) computed += part.computed;
  const double mean =
      sequences > 0 ? static_cast<double>(context) / static_cast<double>(sequences) : 0.0;
  return picoseconds(Seconds::in_base_units(
      between(steps_, &MeasuredStep::prompt_tokens, computed,
              [&](Steps alike) { return time_of_decodes(alike, sequences, mean).base_units(); })));
}

}  // namespace offtake::study
