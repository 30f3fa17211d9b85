#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

double first_stage_cost(const LinearProgram& first_stage, std::span<const double> x) {
  double cost = first_stage.offset;
  for (std::size_t j = 0; j < x.size(); ++j) cost += first_stage.columns[j].objective * x[j];
  return cost;
}

}  // namespace offtake::lp
