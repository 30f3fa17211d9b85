#include "offtake/stress/raise_answer.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "offtake/base/expects.hpp"
#include "offtake/base/quantile.hpp"
#include "offtake/stress/minimum_raise.hpp"
#include "offtake/stress/year_ends.hpp"

namespace offtake::stress {

using contract::RoundRule;

std::vector<FundingRuleResult> rule_results(const StressProblem& problem, const PathResults& paths,
                                            Parallelism threads) {
  std::vector<FundingRuleResult> rows;
  const std::size_t asked = std::min(problem.settings.raise_paths, problem.settings.paths);
  for (std::size_t rule = 0; rule < kRoundRules.size(); ++rule) {
    FundingRuleResult row{.rule = kRoundRules[rule],
                          .used = kRoundRules[rule] == problem.rounds.rule};
    row.paid_on_time = share_of_paths(
        paths.count, [&](std::size_t path) { return paths.by_rule[rule][path].on_time; });
    row.defaults = share_of_paths(
        paths.count, [&](std::size_t path) { return paths.by_rule[rule][path].failed; });
    row.raised_mean = mean_of_paths(
        paths.count, [&](std::size_t path) { return paths.by_rule[rule][path].raised; });
    if (row.rule != RoundRule::kFree) {
      const auto raises = raises_by_path(
          problem, {.rule = row.rule, .ends = {problem.quarters - 1}, .paths = asked}, threads);
      row.minimum_raise = dollars(quantile(raises[0], 0.95));
    }
    rows.push_back(row);
  }
  return rows;
}

/// The `level` quantile, and the order statistics that hold it with 95% (binomial, normal limit).
struct QuantileBand {
  double value, low, high;
};

QuantileBand quantile_band(std::vector<double> values, double level) {
  std::ranges::sort(values);
  const double half = 1.96 * std::sqrt(level * (1.0 - level) / static_cast<double>(values.size()));
  return {quantile_of_sorted(values, level),
          quantile_of_sorted(values, std::clamp(level - half, 0.0, 1.0)),
          quantile_of_sorted(values, std::clamp(level + half, 0.0, 1.0))};
}

/// Share of paths that fail by `until` with `added` at the start, path by path.
std::vector<char> failures_with(const StressProblem& problem, double added, int until,
                                std::size_t paths, Parallelism threads) {
  const BuyerModel buyer(problem);
  const RevenueSampler sampler(problem);
  std::vector<char> failed(paths);
  for_each_index(paths, threads, [&](std::size_t path) {
    const RevenueDraw revenue = sampler.draw(path);
    const FundingDraw world = draw_funding(problem, revenue.common_factor, path);
    failed[path] =
        buyer
            .run(revenue, world, {.rule = problem.rounds.rule, .added_cash = added, .until = until})
            .failed();
  });
  return failed;
}

/// Raises over end dates and levels. Where a richer buyer can fail, the 95% sum by the horizon's
/// end is lifted until the target holds when it is run.
void answer_raises(const StressProblem& problem, Parallelism threads, StressAnswer& answer) {
  if (problem.rounds.rule == RoundRule::kFree) return;
  RaiseQuestion question{.rule = problem.rounds.rule,
                         .paths = std::min(problem.settings.raise_paths, problem.settings.paths)};
  for (const YearEnd& end : year_ends(problem)) question.ends.push_back(end.quarter);
  const auto raises = raises_by_path(problem, question, threads);
  constexpr std::array kConfidences{0.50, 0.95, 0.99};
  const std::size_t ends = question.ends.size();
  answer.raises.resize(ends * kConfidences.size());
  // From the last end and the surest level back: what is enough there is enough for less.
  for (std::size_t end = ends; end-- > 0;) {
    for (std::size_t level = kConfidences.size(); level-- > 0;) {
      const std::size_t slot = end * kConfidences.size() + level;
      const double confidence = kConfidences[level];
      const auto allowed =
          static_cast<std::size_t>((1.0 - confidence) * static_cast<double>(question.paths) + 1e-9);
      double most = std::numeric_limits<double>::infinity();
      if (level + 1 < kConfidences.size()) most = answer.raises[slot + 1].minimum.base_units();
      if (end + 1 < ends) {
        most = std::min(most, answer.raises[slot + kConfidences.size()].minimum.base_units());
      }
      const QuantileBand band = quantile_band(raises[end], confidence);
      double sum = std::min(band.value, most);
      std::vector<char> failed;
      std::size_t failures = 0;
      for (double lift = 0.1e9;; lift *= 1.3) {
        failed = failures_with(problem, sum, question.ends[end], question.paths, threads);
        failures = static_cast<std::size_t>(std::ranges::count(failed, 1));
        if (failures <= allowed || sum >= most) break;
        expects(lift < 1e18, "some sum is enough");
        sum = std::min(sum + lift, most);
      }
      answer.raises[slot] = {.end = end_of(problem, question.ends[end]),
                             .confidence = confidence,
                             .minimum = dollars(sum),
                             .low = dollars(std::min(band.low, sum)),
                             .high = dollars(std::max(band.high, sum)),
                             .fails_with_it = probability(failures, question.paths)};
      if (confidence != 0.95 || end + 1 < ends) continue;
      answer.minimum_raise = dollars(sum);
      std::size_t hurt = 0;
      for (std::size_t path = 0; path < question.paths; ++path) {
        hurt += failed[path] == 1 && raises[end][path] <= sum ? 1 : 0;
      }
      answer.more_cash_hurts = static_cast<double>(hurt) / static_cast<double>(question.paths);
    }
  }
}

double side_raise(const StressProblem& problem, std::optional<std::size_t> without,
                  Parallelism threads) {
  const auto raises =
      raises_by_path(problem,
                     {.rule = problem.rounds.rule,
                      .without = without,
                      .ends = {problem.quarters - 1},
                      .paths = std::min(problem.settings.side_paths, problem.settings.paths)},
                     threads);
  return quantile(raises[0], 0.95);
}

}  // namespace offtake::stress
