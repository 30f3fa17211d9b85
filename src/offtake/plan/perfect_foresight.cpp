#include "offtake/plan/perfect_foresight.hpp"

#include "offtake/base/expects.hpp"
#include "offtake/lp/extensive_form.hpp"

namespace offtake::plan {

std::vector<double> perfect_foresight(const lp::StochasticProgram& program,
                                      const lp::Solver& solver, Parallelism parallelism) {
  std::vector<double> least(program.scenarios.size());
  for_each_index(least.size(), parallelism, [&](std::size_t s) {
    lp::StochasticProgram alone{program.first_stage, {program.scenarios[s]}};
    alone.scenarios[0].probability = 1.0;
    const lp::Solution solution = solver.solve(extensive_form(alone, {}), {.gap = 1e-4});
    expects(solution.status == lp::Status::kOptimal, "a plan with recourse has a best decision");
    least[s] = solution.bound;
  });
  return least;
}

}  // namespace offtake::plan
