#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/lp/solver.hpp"
#include "offtake/lp/stochastic_program.hpp"
#include "offtake/plan/plan_outcome.hpp"
#include "offtake/plan/plan_problem.hpp"

namespace offtake::plan {

/// Levers that together are one thing: a plan is made without them to see what they are worth.
struct NamedLevers {
  std::string name;
  std::vector<int> levers;
  std::vector<int> others;  ///< Rivals, for a second value in their absence; may be empty.
};

/// A plan that somebody might follow instead: the levers as given.
struct FixedPlan {
  std::string name;
  std::vector<double> levers;
};

/// A weighted sum of levers, such as the chips of one offer.
struct NamedAmount {
  std::string name;
  std::vector<lp::Term> terms;  ///< Columns are levers.
};

struct PlanQuestion {
  lp::RiskWeight risk;
  double gap = 1e-4;  ///< Of the plan and of every value, as a share of the gross cost: that of
                      ///< signing nothing, revenue left out.
  std::vector<NamedLevers> value_of;
  std::vector<FixedPlan> baselines;
  std::vector<double> frontier;      ///< Weights of CVaR to plan for besides.
  bool measure_information = true;   ///< EVPI, VSS and regret.
  std::vector<NamedAmount> amounts;  ///< Whose extent among nearly best plans is asked for.
  double near_share = 0.01;          ///< Of the gross cost, what a nearly best plan may cost more.
  bool relaxed = false;  ///< Lots and yes-or-no decisions may be divided: a cheap bound.
  lp::Basis start;       ///< Of a like problem's plan, to start from; see CapacityPlan::basis.
  Parallelism parallelism;
  Progress progress;
};

/// Cost, mean and tail of one plan over the scenarios.
struct PlanCost {
  std::string name;
  double expected = 0.0;
  double cvar = 0.0;
  double risk_adjusted = 0.0;
};

/// What something is worth: cost without less cost with, between bounds that the gaps allow.
struct ValueOf {
  std::string name;
  double low = 0.0;
  double high = 0.0;
  bool resolved = false;  ///< See `is_resolved`, or nothing within PlanQuestion::gap.
  std::optional<double> low_without_others;  ///< The same while its rivals are held out.
  std::optional<double> high_without_others;
};

/// What a given plan costs, alone; nothing if a scenario has no recourse under it.
std::optional<PlanCost> plan_cost(const PlanProblem& problem, const FixedPlan& fixed,
                                  const PlanQuestion& question, const lp::Solver& solver);

/// [plan][scenario] What each of `plans` costs; nothing for a plan under which a scenario has no
/// recourse. Of `question` only the start and the parallelism count.
std::vector<std::optional<std::vector<double>>> losses_under(const PlanProblem& problem,
                                                             const std::vector<FixedPlan>& plans,
                                                             const PlanQuestion& question,
                                                             const lp::Solver& solver);

/// The interval is narrower than a tenth of the value.
bool is_resolved(const ValueOf& value);

struct FrontierPoint {
  double lambda = 0.0;
  double expected = 0.0;
  double cvar = 0.0;
};

/// How little and how much of an amount nearly best plans hold. No such plan holds less than
/// `least_bound` or more than `most_bound`; plans that hold `least` and `most` were found, at a
/// cost that may exceed the limit by a twentieth of it.
struct NearRange {
  std::string name;
  double best = 0.0;  ///< In the plan itself.
  double least_bound = 0.0, least = 0.0;
  double most = 0.0, most_bound = 0.0;
};

/// What a plan costs more than the best plan for each scenario alone.
struct Regret {
  std::string name;
  double mean = 0.0;
  double worst = 0.0;
};

struct CapacityPlan {
  lp::Status status = lp::Status::kFailed;
  double objective = 0.0;
  double bound = 0.0;
  double gross_cost = 0.0;  ///< The scale of the gap; see PlanQuestion.
  double expected = 0.0;
  double cvar = 0.0;
  int iterations = 0;
  lp::Basis basis;  ///< Where the first scenario's recourse ended.
  std::vector<double> levers;
  std::vector<double> losses;             ///< [scenario]
  std::vector<ScenarioOutcome> outcomes;  ///< [scenario]
  std::vector<double> limit_price;  ///< [limit] What one unit more of it saves, whole levers held.
  std::vector<std::vector<double>> chip_price;  ///< [pool][period] What one chip more saves.
  std::vector<double>
      cash_price;  ///< [period] What a unit of money more saves; empty without cash.
  /// Of an infeasible plan: limits that cannot hold together with the others, by the least sum by
  /// which limits must be broken. Empty: not the limits, but a scenario without recourse.
  std::vector<std::string> broken_limits;
  std::vector<double> marginal;     ///< [lever] Risk-adjusted cost of its first further unit.
  std::vector<double> bill_cost;    ///< [lever] The part of `marginal` that its bill makes,
                                    ///< with what raising the cash for it costs.
  std::vector<double> tail_weight;  ///< [scenario] Its weight in that sum.
  double evpi = 0.0;                ///< Plan's cost less that of perfect foresight.
  std::optional<double> vss;  ///< Cost of the mean scenario's plan less this one; absent: infinite.
  double perfect_foresight = 0.0;
  std::vector<ValueOf> value_of;
  std::vector<PlanCost> baselines;
  std::vector<FixedPlan> followed;  ///< [baseline] What it pulls.
  std::vector<Regret> regrets;      ///< Of the plan, whose name is empty, and of each baseline.
  std::vector<NearRange> ranges;
  std::vector<FrontierPoint> frontier;
};

CapacityPlan make_plan(const PlanProblem& problem, const PlanQuestion& question,
                       const lp::Solver& solver);

}  // namespace offtake::plan
