#pragma once

#include <map>
#include <string>
#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/plan/plan_problem.hpp"
#include "offtake/study/buy_decision_paths.hpp"
#include "offtake/study/buy_decision_work.hpp"
#include "offtake/study/yield_table.hpp"

namespace offtake::study {

/// Assumptions that a book does not state. Each moves the answer; all are the user's to set.
struct BuyDecisionAssumptions {
  int months_first = 0;          ///< Monthly periods before the quarters.
  double pool_tolerance = 0.05;  ///< Systems whose yields, workload by workload, differ by a common
                                 ///< factor within this are planned as one kind of chip.
  std::vector<int> start_delays = {0, 12};  ///< Months by which an offer's start may be put off.
  int option_ramp_months = 12;  ///< From the exercise of a tranche to all of it, linear.
  int exercise_dates_max = 4;   ///< Dates at which tranches may be taken, a year apart.
  double tied_quantity_share =
      0.25;                   ///< Of an offer's size: the least that fires equity tied to it.
  Seconds interruption_loss;  ///< Work lost each time a spot chip is taken away: restart, and half
                              ///< of the time between two checkpoints.
  double debt_spread = 0.01;  ///< A year, what debt costs over what the money is worth.
  /// Operations a token of training takes, by model (6 a parameter: Kaplan and others, "Scaling
  /// laws for neural language models", 2020); for runs that a book states in tokens.
  std::map<std::string, double> training_flops_per_token;
};

/// A workload of the book, or its part in one region.
struct WorkPart {
  std::size_t workload = 0;  ///< In the book.
  double share = 1.0;
  std::string zone;  ///< Must be served there; empty: anywhere.
};

/// A signed contract as the plan reads it.
struct SignedSupply {
  std::string name;
  std::string supplier;
  std::string system;
  int pool = 0;
  std::vector<double> bill;      ///< [period] Mean over paths, money.
  std::vector<double> capacity;  ///< [period] Mean over paths, chips of the pool.
  double beyond_horizon = 0.0;   ///< Money due after the last period, on time.
};

/// A book turned into a problem that the plan engine can solve, and what its numbers mean.
struct BuyCase {
  plan::PlanProblem problem;
  std::vector<WorldPath> paths;
  std::vector<WorkPart> parts;                        ///< [workload of the problem]
  std::vector<WorkInChips> work;                      ///< [workload of the book]
  std::vector<SignedSupply> supply;                   ///< In the order of the book's contracts.
  std::map<std::string, std::vector<int>> levers_of;  ///< Offer, group, option, line, port family.
};

/// The book over `worlds`, whose probabilities sum to one. Throws InputError if a system has
/// neither yields nor an equivalent.
BuyCase buy_case(const book::Book& book, const YieldTable& yields, std::vector<World> worlds,
                 const BuyDecisionAssumptions& assumptions);

/// The same over worlds of which the plan knew nothing, as likely as one another: levers, limits
/// and units are those of the case of `known`, and each fresh world goes with the group of known
/// ones that it cannot be told from when a decision is taken.
BuyCase fresh_case(const book::Book& book, const YieldTable& yields, std::vector<World> known,
                   const std::vector<World>& fresh, const BuyDecisionAssumptions& assumptions);

/// The book over `scenarios` drawn worlds.
BuyCase buy_case(const book::Book& book, const YieldTable& yields, int scenarios,
                 const BuyDecisionAssumptions& assumptions);

}  // namespace offtake::study
