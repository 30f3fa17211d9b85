#pragma once

#include <span>
#include <vector>

#include "offtake/plan/plan_problem.hpp"
#include "offtake/plan/plan_program.hpp"

namespace offtake::plan {

/// What one scenario costs, discounted, in named parts that sum to its loss.
struct CostParts {
  double signed_bills = 0.0;
  double new_bills = 0.0;    ///< Minimum takes of what the plan signs, and ports.
  double extra_take = 0.0;   ///< Use beyond the minimum take.
  double rentals = 0.0;      ///< Later market, on demand, outside tokens.
  double unmet = 0.0;        ///< Penalty on work not done; it contains the lost revenue.
  double financing = 0.0;    ///< Dilution, spread of debt, price of emergency equity.
  double other_costs = 0.0;  ///< Operating costs beside compute.
  double revenue = 0.0;      ///< If all were served; counts against the costs.

  double total() const {
    return signed_bills + new_bills + extra_take + rentals + unmet + financing + other_costs -
           revenue;
  }
};

/// What happens in one scenario under a plan; [.][period] everywhere.
struct ScenarioOutcome {
  CostParts cost;
  std::vector<std::vector<double>> source_capacity;  ///< [source] Chips, extra use included.
  std::vector<std::vector<double>> source_spend;     ///< [source] Money, undiscounted.
  std::vector<std::vector<double>> rented;           ///< [rental] Chips used, mean over the hours.
  std::vector<std::vector<double>> rental_spend;     ///< [rental] Money, undiscounted.
  std::vector<std::vector<double>> used;             ///< [pool] Chips in use, mean over the hours.
  std::vector<std::vector<double>> served_by;        ///< [workload * pools + pool] Reference chips.
  std::vector<std::vector<double>> unmet;            ///< [workload] Reference chips.
  std::vector<double> need;                          ///< Reference chips, all work.
  std::vector<double> new_spend;  ///< Money for what the plan signed, undiscounted.
  std::vector<double> emergency;  ///< Money raised at the last resort.
  std::vector<double> cash;       ///< Money at the end of the period.
};

/// Reads the recourse columns of scenario `index` under the levers `x`.
ScenarioOutcome scenario_outcome(const PlanProblem& problem, const RecourseColumns& columns,
                                 std::size_t index, std::span<const double> x,
                                 std::span<const double> recourse);

}  // namespace offtake::plan
