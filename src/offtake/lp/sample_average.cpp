#include "offtake/lp/sample_average.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <set>

#include "offtake/base/expects.hpp"
#include "offtake/base/random_stream.hpp"
#include "offtake/lp/recourse_cost.hpp"

namespace offtake::lp {
namespace {

/// Fresh scenarios that are held in memory at a time.
constexpr std::size_t kFreshAtOnce = 1000;

Estimate estimate(const std::vector<double>& values, double quantile) {
  const auto count = static_cast<double>(values.size());
  double sum = 0.0;
  for (const double value : values) sum += value;
  const double mean = sum / count;
  double squares = 0.0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, quantile * std::sqrt(squares / (count - 1.0) / count)};
}

/// What `x` costs in `count` scenarios of `purpose`.
std::vector<double> costs_of(const DrawScenarios& draw, std::string_view purpose, std::size_t count,
                             std::span<const double> x, const SampleAverageQuestion& question,
                             const Solver& solver) {
  std::vector<double> costs;
  for (std::size_t first = 0; first < count; first += kFreshAtOnce) {
    const StochasticProgram program = draw(purpose, first, std::min(kFreshAtOnce, count - first));
    const std::vector<double> some =
        scenario_costs(program, x, solver, question.each.gap, question.each.parallelism);
    costs.insert(costs.end(), some.begin(), some.end());
    tell(question.each.progress, fmt::format("{} of {} fresh scenarios", costs.size(), count),
         static_cast<double>(costs.size()) / static_cast<double>(count));
  }
  return costs;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::vector<StagedSolution> replicate(const DrawScenarios& draw,
                                      const SampleAverageQuestion& question, const Solver& solver) {
  std::vector<StagedSolution> solutions(question.replications);
  TwoStageQuestion each = question.each;
  each.parallelism = {};  // The replications share the threads.
  each.progress = {};
  std::atomic<std::size_t> done = 0;
  for_each_index(question.replications, question.each.parallelism, [&](std::size_t r) {
    const StochasticProgram program = draw(fmt::format("replication/{}", r), 0, question.samples);
    solutions[r] =
        solve_two_stage(program, question.method.value_or(suited_method(program)), each, solver);
    const std::size_t finished = ++done;
    tell(question.each.progress,
         fmt::format("{} of {} replications", finished, question.replications),
         static_cast<double>(finished) / static_cast<double>(question.replications));
  });
  return solutions;
}

}  // namespace

SampleAverage sample_average(const DrawScenarios& draw, const SampleAverageQuestion& question,
                             const Solver& solver) {
  expects(question.replications >= 2 && question.fresh >= 2, "an interval needs two values");
  const std::vector<StagedSolution> solutions = replicate(draw, question, solver);
  SampleAverage answer;
  std::vector<double> bounds;
  std::set<std::vector<double>> candidates;
  for (const StagedSolution& solution : solutions) {
    if (answer.status == Status::kOptimal) answer.status = solution.status;
    answer.iterations += solution.iterations;
    bounds.push_back(solution.bound);
    if (!solution.first_stage.empty()) candidates.insert(solution.first_stage);
  }
  if (candidates.empty()) return answer;
  answer.lower = estimate(bounds, student_quantile_975(bounds.size() - 1));

  double least = kInfinity;
  for (const std::vector<double>& candidate : candidates) {
    const double cost =
        mean_of(costs_of(draw, "selection", question.samples, candidate, question, solver));
    if (!answer.first_stage.empty() && cost >= least) continue;
    least = cost;
    answer.first_stage = candidate;
  }
  const std::vector<double> costs =
      costs_of(draw, "evaluation", question.fresh, answer.first_stage, question, solver);
  answer.without_recourse = static_cast<std::size_t>(std::ranges::count(costs, kInfinity));
  if (answer.without_recourse == 0) answer.upper = estimate(costs, normal_quantile(0.975));
  return answer;
}

double student_quantile_975(std::size_t degrees_of_freedom) {
  expects(degrees_of_freedom >= 1, "Student's t has a degree of freedom");
  // Quantiles of one to four are exact to the digits given; the expansion (Abramowitz and Stegun,
  // "Handbook of Mathematical Functions", 26.7.5) takes over where it is.
  constexpr std::array kFew = {12.7062, 4.30265, 3.18245, 2.77645};
  if (degrees_of_freedom <= kFew.size()) return kFew[degrees_of_freedom - 1];
  const double z = normal_quantile(0.975);
  const double z2 = z * z;
  const auto nu = static_cast<double>(degrees_of_freedom);
  const double g1 = z * (z2 + 1.0) / 4.0;
  const double g2 = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
  const double g3 = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
  return z + (g1 + (g2 + g3 / nu) / nu) / nu;
}

}  // namespace offtake::lp
