#include "offtake/plan/perfect_foresight.hpp"

#include "offtake/base/expects.hpp"
#include "offtake/lp/l_shaped.hpp"

namespace offtake::plan {

std::vector<double> perfect_foresight(const lp::StochasticProgram& program,
                                      const lp::Solver& solver, double gap_absolute,
                                      Parallelism parallelism) {
  std::vector<double> least(program.scenarios.size());
  for_each_index(least.size(), parallelism, [&](std::size_t s) {
    lp::StochasticProgram alone{program.first_stage, {program.scenarios[s]}};
    alone.scenarios[0].probability = 1.0;
    lp::LShaped method(alone, solver, {});
    const lp::StagedSolution solution = method.solve({.gap_absolute = gap_absolute});
    expects(solution.status == lp::Status::kOptimal, "a plan with recourse has a best decision");
    least[s] = solution.bound;
  });
  return least;
}

}  // namespace offtake::plan
