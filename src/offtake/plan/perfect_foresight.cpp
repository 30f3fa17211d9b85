#include "offtake/plan/perfect_foresight.hpp"

#include "offtake/base/expects.hpp"
#include "offtake/lp/l_shaped.hpp"

namespace offtake::plan {

std::vector<double> perfect_foresight(const lp::StochasticProgram& program,
                                      const lp::Solver& solver, const Foresight& foresight) {
  std::vector<double> least(program.scenarios.size());
  for_each_index(least.size(), foresight.parallelism, [&](std::size_t s) {
    lp::StochasticProgram alone{program.first_stage, {program.scenarios[s]}};
    alone.scenarios[0].probability = 1.0;
    const lp::StagedSolution solution = lp::LShaped(alone, solver, {}, foresight.start)
                                            .solve({.gap_absolute = foresight.gap_absolute});
    expects(solution.status == lp::Status::kOptimal, "a plan with recourse has a best decision");
    least[s] = solution.bound;
  });
  return least;
}

}  // namespace offtake::plan
