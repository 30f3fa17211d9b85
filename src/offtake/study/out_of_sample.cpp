#include "offtake/study/out_of_sample.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "offtake/base/expects.hpp"
#include "offtake/base/quantile.hpp"
#include "offtake/base/random_stream.hpp"
#include "offtake/lp/highs_solver.hpp"
#include "offtake/lp/risk_measure.hpp"

namespace offtake::study {
namespace {

constexpr double kNormal975 = 1.959964;  // Quantile of the normal law.

/// The seed of one batch of fresh worlds, none of which the plan has seen.
unsigned long long seed_of(unsigned long long seed, int batch) {
  return RandomStream(seed, "fresh worlds", static_cast<std::uint64_t>(batch)).word();
}

}  // namespace

Confident confident_mean(const std::vector<double>& values) {
  expects(values.size() >= 2, "a spread needs two values");
  const auto count = static_cast<double>(values.size());
  double sum = 0.0, squares = 0.0;
  for (const double value : values) sum += value;
  const double mean = sum / count;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double half = kNormal975 * std::sqrt(squares / (count - 1.0) / count);
  return {mean, mean - half, mean + half};
}

Confident confident_cvar(const std::vector<double>& losses, double alpha) {
  const std::vector<double> even(losses.size(), 1.0 / static_cast<double>(losses.size()));
  const double edge = quantile(losses, alpha);
  std::vector<double> influence;
  for (const double loss : losses) {
    influence.push_back(edge + std::max(0.0, loss - edge) / (1.0 - alpha));
  }
  const Confident spread = confident_mean(influence);
  const double value = lp::conditional_value_at_risk(losses, even, alpha);
  return {value, value + (spread.low - spread.value), value + (spread.high - spread.value)};
}

OutOfSample out_of_sample(const book::Book& book, const YieldTable& yields,
                          const OutOfSampleQuestion& question) {
  const std::size_t plans = question.plans.size();
  std::vector<std::vector<double>> losses(plans);
  std::vector<bool> possible(plans, true);
  OutOfSample result;
  for (int batch = 0; result.worlds < question.fresh; ++batch) {
    tell(question.progress, "fresh worlds",
         static_cast<double>(result.worlds) / static_cast<double>(question.fresh));
    book::Book fresh = book;
    fresh.risk.seed = seed_of(book.risk.seed, batch);
    const int count = std::min(question.batch, question.fresh - result.worlds);
    const BuyCase lived =
        fresh_case(book, yields, question.known, draw_worlds(fresh, count), question.assumptions);
    const auto found = plan::losses_under(
        lived.problem, question.plans,
        {.start = question.start, .parallelism = question.parallelism}, lp::HighsSolver());
    const double money = lived.problem.scale.money.base_units();
    for (std::size_t p = 0; p < plans; ++p) {
      possible[p] = possible[p] && found[p].has_value();
      if (!possible[p]) continue;
      for (const double loss : *found[p]) losses[p].push_back(money * loss);
    }
    result.worlds += count;
  }
  for (std::size_t p = 0; p < plans; ++p) {
    if (!possible[p]) continue;
    std::vector<double> saved;
    for (std::size_t s = 0; possible[0] && s < losses[p].size(); ++s) {
      saved.push_back(losses[p][s] - losses[0][s]);
    }
    result.costs.push_back({.name = p == 0 ? "" : question.plans[p].name,
                            .expected = confident_mean(losses[p]),
                            .cvar = confident_cvar(losses[p], book.risk.alpha),
                            .saves = saved.empty() ? Confident{} : confident_mean(saved)});
  }
  return result;
}

}  // namespace offtake::study
