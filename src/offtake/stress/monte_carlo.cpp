#include "offtake/stress/monte_carlo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "offtake/base/expects.hpp"
#include "offtake/base/quantile.hpp"
#include "offtake/stress/circularity.hpp"
#include "offtake/stress/contagion.hpp"
#include "offtake/stress/minimum_raise.hpp"
#include "offtake/stress/path_results.hpp"

namespace offtake::stress {

using contract::RoundRule;

Probability probability(std::size_t hits, std::size_t count) {
  expects(hits <= count && count > 0, "a share of some paths");
  constexpr double kDeviations = 1.959963984540054;
  const double n = static_cast<double>(count);
  const double share = static_cast<double>(hits) / n;
  const double squared = kDeviations * kDeviations / n;
  const double middle = (share + squared / 2.0) / (1.0 + squared);
  const double half =
      kDeviations / (1.0 + squared) * std::sqrt(share * (1.0 - share) / n + squared / (4.0 * n));
  return {share, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double conditional_value_at_risk(std::vector<double> losses, double level) {
  expects(!losses.empty(), "CVaR needs losses");
  expects(0.0 <= level && level < 1.0, "the level is in [0, 1)");
  std::ranges::sort(losses, std::greater<>{});
  const double tail = (1.0 - level) * static_cast<double>(losses.size());
  const auto whole = static_cast<std::size_t>(tail);
  double sum = 0.0;
  for (std::size_t i = 0; i < whole; ++i) sum += losses[i];
  if (whole < losses.size()) sum += (tail - static_cast<double>(whole)) * losses[whole];
  return sum / tail;
}

namespace {

Dollars dollars(double value) { return Dollars::in_base_units(value); }

template <class Holds>
Probability share_of_paths(std::size_t paths, Holds&& holds) {
  std::size_t hits = 0;
  for (std::size_t path = 0; path < paths; ++path) hits += holds(path) ? 1 : 0;
  return probability(hits, paths);
}

template <class Value>
Dollars mean_of_paths(std::size_t paths, Value&& value) {
  double sum = 0.0;
  for (std::size_t path = 0; path < paths; ++path) sum += value(path);
  return dollars(sum / static_cast<double>(paths));
}

/// The last quarter of each calendar year in the horizon, and the last one.
struct YearEnd {
  int year;
  int quarter;
};

std::vector<YearEnd> year_ends(const StressProblem& problem) {
  std::vector<YearEnd> ends;
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    const Month last = problem.start + (3 * quarter + 2);
    const bool ends_year = last.month() > 9;
    if (ends_year || quarter + 1 == problem.quarters) ends.push_back({last.year(), quarter});
  }
  return ends;
}

/// The end of a quarter in years: 2027.0 is the end of 2026.
double end_of(const StressProblem& problem, int quarter) {
  const Month after = problem.start + (3 * quarter + 3);
  return after.year() + (after.month() - 1) / 12.0;
}

std::vector<YearProbability> by_year(const StressProblem& problem, std::size_t paths,
                                     const auto& default_quarter) {
  std::vector<YearProbability> result;
  for (const YearEnd& end : year_ends(problem)) {
    result.push_back({end.year, share_of_paths(paths, [&](std::size_t path) {
                        return default_quarter(path) <= end.quarter;
                      })});
  }
  return result;
}

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

void answer_scenarios(const StressProblem& problem, const PathResults& paths,
                      StressAnswer& answer) {
  for (std::size_t scenario = 0; scenario < problem.scenarios.size(); ++scenario) {
    std::vector<std::size_t> members;
    for (std::size_t path = 0; path < paths.count; ++path) {
      if (paths.buyer[path].scenario == scenario) members.push_back(path);
    }
    ScenarioResult row{.name = problem.scenarios[scenario].name,
                       .probability = problem.scenarios[scenario].probability,
                       .paths = members.size()};
    if (!members.empty()) {
      row.paid_on_time = share_of_paths(
          members.size(), [&](std::size_t i) { return paths.buyer[members[i]].on_time; });
      row.defaults = share_of_paths(members.size(), [&](std::size_t i) {
        return paths.buyer[members[i]].default_quarter < problem.quarters;
      });
      for (int quarter = 0; quarter < problem.quarters; ++quarter) {
        std::vector<double> cash;
        for (const std::size_t path : members) cash.push_back(paths.cash_at(path, quarter));
        row.cash_median.push_back(dollars(quantile(std::move(cash), 0.5)));
      }
    }
    answer.scenarios.push_back(std::move(row));
  }
}

void answer_parties(const StressProblem& problem, const PathResults& paths, StressAnswer& answer) {
  const std::size_t count = problem.parties.size();
  for (std::size_t party = 0; party < count; ++party) {
    const auto of = [&](std::size_t path) -> const PartyOnPath& {
      return paths.parties[path * count + party];
    };
    PartyResult row{.name = problem.parties[party].name};
    row.default_by =
        by_year(problem, paths.count, [&](std::size_t path) { return of(path).default_quarter; });
    row.default_by_end_buyer_alive = share_of_paths(paths.count, [&](std::size_t path) {
                                       return of(path).fails_with_buyer_alive;
                                     }).value;
    row.expected_loss = mean_of_paths(paths.count, [&](std::size_t path) { return of(path).loss; });
    row.expected_loss_gross =
        mean_of_paths(paths.count, [&](std::size_t path) { return of(path).loss_gross; });
    row.expected_stake_loss =
        mean_of_paths(paths.count, [&](std::size_t path) { return of(path).stake_loss; });
    std::vector<double> losses;
    for (std::size_t path = 0; path < paths.count; ++path) losses.push_back(of(path).loss);
    row.cvar = dollars(conditional_value_at_risk(std::move(losses), problem.settings.loss_level));
    answer.parties.push_back(std::move(row));
  }
}

void answer_commitments(const StressProblem& problem, const PathResults& paths, Parallelism threads,
                        StressAnswer& answer) {
  const std::size_t count = problem.commitments.size();
  const bool raise_matters = problem.rounds.rule != RoundRule::kFree;
  if (raise_matters) answer.raise_baseline_side = side_raise(problem, std::nullopt, threads);
  for (std::size_t k = 0; k < count; ++k) {
    const Commitment& terms = problem.commitments[k];
    const auto share = [&](PaymentOutcome outcome) {
      return share_of_paths(paths.count,
                            [&](std::size_t path) {
                              return paths.commitments[path * count + k].outcome == outcome;
                            })
          .value;
    };
    CommitmentResult row{.name = terms.name,
                         .supplier = problem.parties[terms.supplier].name,
                         .on_time = share(PaymentOutcome::kOnTime),
                         .late = share(PaymentOutcome::kLateOrLess),
                         .never = share(PaymentOutcome::kDefault)};
    row.expected_loss = mean_of_paths(
        paths.count, [&](std::size_t path) { return paths.commitments[path * count + k].loss; });
    if (raise_matters) row.raise_without = dollars(side_raise(problem, k, threads));
    answer.commitments.push_back(std::move(row));
  }
}

void answer_cash(const StressProblem& problem, const PathResults& paths, StressAnswer& answer) {
  for (int quarter = 0; quarter < problem.quarters; ++quarter) {
    std::vector<double> cash;
    for (std::size_t path = 0; path < paths.count; ++path)
      cash.push_back(paths.cash_at(path, quarter));
    std::ranges::sort(cash);
    const auto at = [&](double level) { return dollars(quantile_of_sorted(cash, level)); };
    answer.cash.push_back({at(0.05), at(0.25), at(0.50), at(0.75), at(0.95)});
    answer.first_shortfall.push_back(share_of_paths(paths.count, [&](std::size_t path) {
      return paths.buyer[path].first_shortfall == quarter;
    }));
    answer.earned_mean.push_back(dollars(paths.mean_earned[static_cast<std::size_t>(quarter)]));
    Dollars billed;
    for (const Commitment& terms : problem.commitments) billed += at_or_none(terms.bills, quarter);
    answer.billed.push_back(billed);
  }
}

/// Mean flows from the first quarter in which an investor pays until `return_within` after its
/// last.
void answer_circularity(const StressProblem& problem, const PathResults& paths,
                        StressAnswer& answer) {
  const std::size_t count = problem.parties.size();
  double in_gross = 0.0;
  double in_netted = 0.0;
  double in_all = 0.0;
  for (std::size_t investor = 0; investor < count; ++investor) {
    int first = problem.quarters;
    int last = -1;
    double paid_in = 0.0;
    for (int quarter = 0; quarter < problem.quarters; ++quarter) {
      const double paid = paths.mean_equity_of(investor, quarter);
      if (paid <= 0.0) continue;
      first = std::min(first, quarter);
      last = quarter;
      paid_in += paid;
    }
    if (last < 0) continue;
    const int end = std::min(last + problem.settings.return_within, problem.quarters - 1);
    std::vector<MoneyEdge> edges{{investor, count, paid_in}};
    double customers = 0.0;
    double outside = 0.0;
    double invested = 0.0;
    for (int quarter = first; quarter <= end; ++quarter) {
      const auto now = static_cast<std::size_t>(quarter);
      for (std::size_t party = 0; party < count; ++party) {
        invested += paths.mean_equity_of(party, quarter);
        edges.push_back({count, party, paths.mean_paid_to(party, quarter)});
      }
      customers += paths.mean_customers[now];
      outside += paths.mean_outside[now];
      for (const auto* flows : {&problem.dues, &problem.purchases}) {
        for (const Due& due : *flows) {
          if (!due.to || due.refinanced_while_sound) continue;
          edges.push_back({due.from, *due.to, at_or_none(due.amounts, quarter).base_units()});
        }
      }
    }
    const double all = customers + outside + invested;
    const double share = all > 0.0 ? std::clamp((outside + invested) / all, 0.0, 1.0) : 0.0;
    for (const MoneyReturned& row : money_returned(count + 1, count, edges, share)) {
      answer.circularity.push_back({.investor = problem.parties[investor].name,
                                    .paid_in = dollars(row.paid_in),
                                    .gross = row.returned / row.paid_in,
                                    .netted = row.returned_netted / row.paid_in});
      in_all += row.paid_in;
      in_gross += row.returned;
      in_netted += row.returned_netted;
    }
  }
  if (in_all > 0.0) {
    answer.circularity_gross = in_gross / in_all;
    answer.circularity_netted = in_netted / in_all;
  }
  double customers = 0.0;
  for (const double sum : paths.mean_customers) customers += sum;
  answer.customers_money = dollars(customers);
}

}  // namespace

StressAnswer answer_stress(const StressProblem& problem, const std::vector<Variation>& variations,
                           Parallelism threads) {
  expects(problem.settings.paths > 0, "a stress run has paths");
  const PathResults paths = run_paths(problem, threads);
  StressAnswer answer{.paths = paths.count, .start_year = problem.start.year()};
  answer.paid_on_time =
      share_of_paths(paths.count, [&](std::size_t path) { return paths.buyer[path].on_time; });
  answer.defaults = share_of_paths(paths.count, [&](std::size_t path) {
    return paths.buyer[path].default_quarter < problem.quarters;
  });
  answer.default_by = by_year(problem, paths.count,
                              [&](std::size_t path) { return paths.buyer[path].default_quarter; });
  answer_cash(problem, paths, answer);
  answer_raises(problem, threads, answer);
  answer.rules = rule_results(problem, paths, threads);
  answer_scenarios(problem, paths, answer);
  answer_parties(problem, paths, answer);
  answer_commitments(problem, paths, threads, answer);
  for (std::size_t line = 0; line < problem.equity.size(); ++line) {
    answer.lines.push_back({problem.equity[line].name, dollars(paths.mean_equity_line[line])});
  }
  answer_circularity(problem, paths, answer);
  answer.fragility = paths.cleared > 0.0 ? paths.gap / paths.cleared : 0.0;
  for (const Variation& variation : variations) {
    if (problem.rounds.rule == RoundRule::kFree) break;
    answer.tornado.push_back(
        {.name = variation.name,
         .low_text = variation.low_text,
         .high_text = variation.high_text,
         .at_low = dollars(side_raise(variation.low, std::nullopt, threads)),
         .at_high = dollars(side_raise(variation.high, std::nullopt, threads))});
  }
  return answer;
}

}  // namespace offtake::stress
