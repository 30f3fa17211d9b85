#include "offtake/lp/stochastic_program.hpp"

#include <algorithm>

namespace offtake::lp {

bool has_whole_recourse(const StochasticProgram& program) {
  return std::ranges::any_of(program.scenarios, [](const ScenarioBlock& block) {
    return std::ranges::any_of(block.recourse.columns, &Column::whole);
  });
}

std::size_t column_count(const StochasticProgram& program) {
  std::size_t count = program.first_stage.columns.size();
  for (const ScenarioBlock& block : program.scenarios) count += block.recourse.columns.size();
  return count;
}

double first_stage_cost(const LinearProgram& first_stage, std::span<const double> x) {
  double cost = first_stage.offset;
  for (std::size_t j = 0; j < x.size(); ++j) cost += first_stage.columns[j].objective * x[j];
  return cost;
}

}  // namespace offtake::lp
