#include "offtake/lp/wait_and_see.hpp"

#include "offtake/base/expects.hpp"
#include "offtake/lp/extensive_form.hpp"
#include "offtake/lp/l_shaped.hpp"

namespace offtake::lp {
namespace {

double least_cost(Status status, double bound) {
  if (status == Status::kInfeasible) return kInfinity;
  if (status == Status::kUnbounded) return -kInfinity;
  expects(status == Status::kOptimal, "the solver settles one scenario alone");
  return bound;
}

}  // namespace

std::vector<double> wait_and_see(const StochasticProgram& program, const Solver& solver,
                                 const Foresight& foresight) {
  std::vector<double> least(program.scenarios.size());
  for_each_index(least.size(), foresight.parallelism, [&](std::size_t s) {
    StochasticProgram alone{program.first_stage, {program.scenarios[s]}};
    alone.scenarios[0].probability = 1.0;
    if (has_whole_recourse(alone)) {
      const Solution solution =
          solver.solve(extensive_form(alone, {}),
                       {.gap = foresight.gap, .gap_absolute = foresight.gap_absolute});
      least[s] = least_cost(solution.status, solution.bound);
      return;
    }
    const StagedSolution solution =
        LShaped(alone, solver, {}, foresight.start)
            .solve({.gap_absolute = foresight.gap_absolute, .gap = foresight.gap});
    least[s] = least_cost(solution.status, solution.bound);
  });
  return least;
}

}  // namespace offtake::lp
