#pragma once

#include <span>
#include <vector>

#include "offtake/lp/linear_program.hpp"

namespace offtake::lp {

/// A coefficient by which a decision of the first stage enters a row of a scenario.
struct Coupling {
  int row;
  int column;  ///< Of the first stage.
  double coefficient;
};

/// What follows once a scenario is known: minimise recourse's objective, with row activities
/// W y + T x, where x are the decisions of the first stage and T is `coupling`.
struct ScenarioBlock {
  double probability = 0.0;
  LinearProgram recourse;
  std::vector<Coupling> coupling;
};

/// How much the tail counts: (1 - lambda) mean + lambda CVaR at level alpha.
struct RiskWeight {
  double lambda = 0.0;
  double alpha = 0.95;
};

/// Decide x now, pay c . x, then see a scenario s and pay Q_s(x):
///   minimise (1 - lambda) E[C] + lambda CVaR_alpha[C],  C_s = c . x + Q_s(x).
/// Source: Birge and Louveaux, "Introduction to Stochastic Programming", 2nd ed. 2011, ch. 3; the
/// measure of risk after Rockafellar and Uryasev, Journal of Banking & Finance 26(7), 2002.
struct StochasticProgram {
  LinearProgram first_stage;
  std::vector<ScenarioBlock> scenarios;
};

/// Whether a decision after the first stage takes whole numbers only.
bool has_whole_recourse(const StochasticProgram& program);

/// Columns of all scenarios and of the first stage.
std::size_t column_count(const StochasticProgram& program);

/// offset + c . x of the first stage.
double first_stage_cost(const LinearProgram& first_stage, std::span<const double> x);

}  // namespace offtake::lp
