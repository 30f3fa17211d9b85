#pragma once

#include <vector>

#include "offtake/lp/stochastic_program.hpp"
#include "offtake/plan/plan_problem.hpp"

namespace offtake::plan {

/// Where the quantities of a scenario stand among its columns; -1 where there is none.
struct RecourseColumns {
  std::vector<std::vector<std::vector<std::vector<int>>>> use;  ///< [workload][pool][period][block]
  std::vector<std::vector<std::vector<int>>> unmet;   ///< [workload][period][block] Deferrable
                                                      ///< work has one, in the first block.
  std::vector<std::vector<std::vector<int>>> rental;  ///< [rental][period][block] Held: the first.
  std::vector<std::vector<int>> extra;                ///< [source][period]
  std::vector<std::vector<std::vector<int>>> pool_row;  ///< [pool][period][block] A row; -1: none.
  std::vector<int> cash;                                ///< [period]
  std::vector<int> cash_row;                            ///< [period] A row, not a column.
  std::vector<int> emergency;                           ///< [period]
  std::vector<std::vector<int>> debt;                   ///< [debt line][period]
};

/// A plan as a two-stage program: levers first, then assignment, rentals, shortfall and cash of
/// each scenario. Equations stand with each family of rows.
struct PlanProgram {
  lp::StochasticProgram program;
  RecourseColumns columns;  ///< The same in every scenario.
};

PlanProgram plan_program(const PlanProblem& problem);

}  // namespace offtake::plan
