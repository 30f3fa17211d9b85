#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/base/progress.hpp"
#include "offtake/lp/solver.hpp"
#include "offtake/lp/stochastic_program.hpp"

namespace offtake::lp {

/// C_s of each scenario for one first stage.
struct Evaluation {
  Status status = Status::kOptimal;  ///< Of the first scenario without an optimum, if one is.
  /// False if a scenario has no recourse; then there are no losses.
  bool feasible() const { return status == Status::kOptimal; }
  std::vector<double> losses;
  std::vector<std::vector<double>> recourse;  ///< [scenario][its column]
  std::vector<std::vector<double>> duals;     ///< [scenario][its row]
  std::vector<std::vector<double>> slope;     ///< [scenario][first-stage column] dC_s / dx.
};

/// A question to the same scenarios: other weights of risk, or decisions that are held.
struct Question {
  RiskWeight risk;
  std::vector<Interval> intervals;  ///< [first-stage column], or empty for the program's own.
  bool relaxed = false;             ///< Whole columns may take any value: a lower bound.
  double gap_absolute = 1e-6;       ///< Stop once objective - bound is no more,
  double gap = 0.0;                 ///< or no more than this share of max(1, |objective|).
  /// Once the master has more than `cuts_many` cuts a scenario, those are dropped that did not bind
  /// in more than `cuts_idle` runs; where they are violated they come back.
  std::size_t cuts_many = 50;
  int cuts_idle = 10;
  int iterations_max = 400;              ///< Rounds of all scenarios.
  std::function<double()> seconds_left;  ///< Asked between rounds, or empty: no limit.
  Progress progress;
};

/// How far a first stage may go while it costs little: minimise direction . x among those of which
/// the risk-adjusted cost is at most `budget`.
struct Reach {
  std::vector<Term> direction;  ///< Over first-stage columns.
  double budget = 0.0;
  double slack = 1e-6;  ///< By which the point that is found may exceed the budget.
};

struct StagedSolution {
  Status status = Status::kFailed;
  double objective = 0.0;           ///< Of `first_stage`.
  double bound = 0.0;               ///< No first stage costs less.
  std::vector<double> first_stage;  ///< Empty if none was found.
  std::vector<double> losses;       ///< [scenario]
  std::vector<double> row_duals;    ///< [first-stage row] What its limit's last unit costs, the
                                    ///< whole columns held; empty if none was found.
  int iterations = 0;               ///< Rounds in which all scenarios were solved.
};

/// The L-shaped method with a cut for each scenario: a master program decides the first stage
/// against cuts, which the scenarios' duals give; whole columns only in the first stage. Points
/// are taken between the best known and the master's (Ben-Ameur and Neto, "Acceleration of
/// cutting-plane and column generation algorithms", Networks 49(1), 2007). Where a scenario has no
/// recourse, the least sum of violated limits gives a cut that excludes the point. Cuts do not
/// depend on the question, so a later question starts from the cuts of the earlier ones.
/// Source: Van Slyke and Wets, "L-shaped linear programs", SIAM J. Applied Mathematics 17(4), 1969;
/// Birge and Louveaux, "A multicut algorithm", European J. Operational Research 34(3), 1988.
class LShaped {
 public:
  /// Program and solver must outlive this. The first runs start from `start`, if it has the shape
  /// of the scenarios; without it, from where the first scenario's run ended.
  LShaped(const StochasticProgram& program, const Solver& solver, Parallelism parallelism,
          Basis start = {});
  ~LShaped();

  StagedSolution solve(const Question& question);
  /// The furthest point of `reach`, found by the cuts of all points at which the cost was too high:
  /// no point within the budget goes further than `bound`, and `objective` = direction . x is that
  /// of `first_stage`, whose cost is within the budget and its slack.
  StagedSolution furthest(const Question& question, const Reach& reach);
  /// What the scenarios cost if the first stage is `x`; keeps the cuts it finds.
  Evaluation evaluate(const std::vector<double>& x);
  /// Where the first scenario's last run ended: a start for programs that differ little.
  Basis basis() const;

 private:
  struct Scenario;
  class Master;
  StagedSolution search(const Question& question);
  void start_all(const std::vector<double>& x);
  /// Closes the gap of the master with its present intervals to `share` of what is asked for; true
  /// if it came to an end.
  bool converge(Master& master, const Question& question, double share, StagedSolution& best);
  /// Proposes whole columns and closes the gap with them held, until no proposal can be better.
  void close_whole(Master& master, const Question& question, StagedSolution& best);

  const StochasticProgram& program_;
  const Solver& solver_;
  Parallelism parallelism_;
  Basis start_;
  std::vector<double> probabilities_;
  std::vector<Scenario> scenarios_;
  bool started_ = false;  ///< A first round has been run.
};

}  // namespace offtake::lp
