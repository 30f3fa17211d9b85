#include "offtake/stress/raise_answer.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "offtake/stress/minimum_raise.hpp"
#include "offtake/stress/path_statistics.hpp"
#include "offtake/stress/year_ends.hpp"

namespace offtake::stress {

using contract::RoundRule;

namespace {

std::size_t raise_paths(const StressProblem& problem) {
  return std::min(problem.settings.raise_paths, problem.settings.paths);
}

/// At 95% by the horizon's end.
Dollars minimum_raise(const StressProblem& problem, std::span<const World> worlds,
                      const BuyerChoice& choice, Parallelism threads) {
  return RaiseSearch(problem, worlds, choice, threads).find({.end = problem.quarters - 1}).minimum;
}

/// Over end dates and levels, from the last end and the surest level back: what is enough there is
/// enough for less.
void add_raises(const StressProblem& problem, std::span<const World> worlds, Parallelism threads,
                RaiseAnswer& answer) {
  constexpr std::array kConfidences{0.50, 0.95, 0.99};
  const std::vector<YearEnd> ends = year_ends(problem);
  const std::size_t levels = kConfidences.size();
  RaiseSearch search(problem, worlds, {.rule = problem.rounds.rule}, threads);
  answer.raises.resize(ends.size() * levels);
  for (std::size_t end = ends.size(); end-- > 0;) {
    for (std::size_t level = levels; level-- > 0;) {
      const std::size_t slot = end * levels + level;
      std::optional<Dollars> most;
      if (level + 1 < levels) most = answer.raises[slot + 1].minimum;
      if (end + 1 < ends.size()) {
        const Dollars later = answer.raises[slot + levels].minimum;
        most = std::min(most.value_or(later), later);
      }
      answer.raises[slot] =
          search.find({.end = ends[end].quarter, .confidence = kConfidences[level]}, most);
      if (kConfidences[level] == 0.95 && end + 1 == ends.size()) {
        answer.minimum = answer.raises[slot].minimum;
      }
    }
  }
  answer.more_cash_hurts = search.more_cash_hurts(answer.minimum, problem.quarters - 1);
}

FundingRuleResult rule_result(const StressProblem& problem, const PathResults& paths,
                              std::size_t rule) {
  const auto& rows = paths.by_rule[rule];
  return {
      .rule = kRoundRules[rule],
      .paid_on_time =
          share_of_paths(paths.count, [&](std::size_t path) { return rows[path].on_time; }),
      .defaults = share_of_paths(paths.count, [&](std::size_t path) { return rows[path].failed; }),
      .minimum_raise = {},
      .raised_mean =
          mean_of_paths(paths.count, [&](std::size_t path) { return rows[path].raised; }),
      .used = kRoundRules[rule] == problem.rounds.rule};
}

}  // namespace

RaiseAnswer raise_answer(const StressProblem& problem, const PathResults& paths,
                         const std::vector<Variation>& variations, Parallelism threads) {
  RaiseAnswer answer;
  const std::vector<World> worlds = draw_worlds(problem, raise_paths(problem), threads);
  const bool raises_matter = problem.rounds.rule != RoundRule::kFree;
  if (raises_matter) add_raises(problem, worlds, threads, answer);
  for (std::size_t rule = 0; rule < kRoundRules.size(); ++rule) {
    FundingRuleResult& row = answer.rules.emplace_back(rule_result(problem, paths, rule));
    if (row.rule == RoundRule::kFree) continue;
    row.minimum_raise =
        row.used ? answer.minimum : minimum_raise(problem, worlds, {.rule = row.rule}, threads);
  }
  if (!raises_matter) return answer;
  for (std::size_t k = 0; k < problem.commitments.size(); ++k) {
    answer.without.push_back(
        minimum_raise(problem, worlds, {.rule = problem.rounds.rule, .without = k}, threads));
  }
  const auto varied = [&](const StressProblem& moved) {
    return minimum_raise(moved, draw_worlds(moved, raise_paths(moved), threads),
                         {.rule = moved.rounds.rule}, threads);
  };
  for (const Variation& variation : variations) {
    answer.tornado.push_back({.name = variation.name,
                              .low_text = variation.low_text,
                              .high_text = variation.high_text,
                              .at_low = varied(variation.low),
                              .at_high = varied(variation.high)});
  }
  return answer;
}

}  // namespace offtake::stress
