#include "offtake/lp/two_stage_solve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/lp/extensive_form.hpp"

namespace offtake::lp {
namespace {

constexpr std::size_t kExtensiveColumnsMax = 100'000;

StagedSolution solve_extensive_form(const StochasticProgram& program,
                                    const TwoStageQuestion& question, const Solver& solver) {
  const LinearProgram all = extensive_form(program, {});
  tell(question.progress, fmt::format("extensive form of {} columns", all.columns.size()), 0.0);
  const Solution solution = solver.solve(
      all,
      {.gap = question.gap,
       .time_limit_s = question.seconds_left ? std::max(0.0, question.seconds_left()) : kInfinity});
  StagedSolution staged{.status = solution.status,
                        .objective = solution.objective,
                        .bound = solution.bound,
                        .first_stage = {},
                        .losses = {},
                        .iterations = solution.iterations};
  const bool feasible =
      solution.status == Status::kOptimal || solution.status == Status::kTimeLimit;
  if (!solution.has_values() || !feasible) return staged;
  const auto first = static_cast<std::ptrdiff_t>(program.first_stage.columns.size());
  staged.first_stage.assign(solution.values.begin(), solution.values.begin() + first);
  for (std::size_t j = 0; j < staged.first_stage.size(); ++j) {
    double& value = staged.first_stage[j];
    if (program.first_stage.columns[j].whole) value = std::round(value);
  }
  return staged;
}

}  // namespace

std::string_view name_of(TwoStageMethod method) {
  return method == TwoStageMethod::kExtensiveForm ? "extensive form" : "L-shaped";
}

TwoStageMethod suited_method(const StochasticProgram& program) {
  return has_whole_recourse(program) || column_count(program) <= kExtensiveColumnsMax
             ? TwoStageMethod::kExtensiveForm
             : TwoStageMethod::kLShaped;
}

StagedSolution solve_two_stage(const StochasticProgram& program, TwoStageMethod method,
                               const TwoStageQuestion& question, const Solver& solver) {
  if (method == TwoStageMethod::kExtensiveForm) {
    return solve_extensive_form(program, question, solver);
  }
  expects(!has_whole_recourse(program), "the L-shaped method has a recourse of continuous columns");
  return LShaped(program, solver, question.parallelism)
      .solve({.gap_absolute = 0.0,
              .gap = question.gap,
              .seconds_left = question.seconds_left,
              .progress = question.progress});
}

}  // namespace offtake::lp
