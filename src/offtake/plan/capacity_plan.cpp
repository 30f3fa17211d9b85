#include "offtake/plan/capacity_plan.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/lp/l_shaped.hpp"
#include "offtake/lp/risk_measure.hpp"
#include "offtake/lp/wait_and_see.hpp"
#include "offtake/plan/mean_scenario.hpp"

namespace offtake::plan {
namespace {

/// Of a lever, in its own units: what the solver's tolerance leaves of nothing.
constexpr double kUnused = 1e-9;

/// Weight of each scenario in the risk-adjusted cost: its probability, moved towards the tail.
std::vector<double> tail_weights(const std::vector<double>& losses,
                                 const std::vector<double>& probabilities,
                                 const lp::RiskWeight& risk) {
  std::vector<std::size_t> worst_first(losses.size());
  for (std::size_t s = 0; s < losses.size(); ++s) worst_first[s] = s;
  std::ranges::stable_sort(worst_first, [&](auto a, auto b) { return losses[a] > losses[b]; });
  double left = 1.0 - risk.alpha;
  std::vector<double> weights(losses.size());
  for (const std::size_t s : worst_first) {
    const double share = std::clamp(left, 0.0, probabilities[s]);
    left -= share;
    weights[s] = (1.0 - risk.lambda) * probabilities[s] + risk.lambda * share / (1.0 - risk.alpha);
  }
  return weights;
}

PlanCost cost_of(const std::string& name, const std::vector<double>& losses,
                 const std::vector<double>& probabilities, const lp::RiskWeight& risk) {
  return {.name = name,
          .expected = lp::mean(losses, probabilities),
          .cvar = lp::conditional_value_at_risk(losses, probabilities, risk.alpha),
          .risk_adjusted = lp::risk_adjusted(losses, probabilities, risk)};
}

class Planner {
 public:
  Planner(const PlanProblem& problem, const PlanQuestion& question, const lp::Solver& solver)
      : problem_(problem),
        question_(question),
        solver_(solver),
        program_(plan_program(problem)),
        method_(program_.program, solver, question.parallelism, question.start) {
    for (const Scenario& scenario : problem.scenarios) {
      probabilities_.push_back(scenario.probability);
    }
    steps_ = 1.0 + static_cast<double>(question.frontier.size() + question.baselines.size() +
                                       2 * question.value_of.size() +
                                       (question.measure_information ? 2 : 0));
  }

  CapacityPlan plan() {
    report("the plan");
    if (!measure_gross_cost()) {
      plan_.status = lp::Status::kInfeasible;
      return plan_;
    }
    const lp::StagedSolution best = method_.solve(ask());
    plan_.status = best.status;
    plan_.objective = best.objective;
    plan_.bound = best.bound;
    plan_.iterations = best.iterations;
    plan_.levers = best.first_stage;
    if (best.losses.empty()) return plan_;
    describe();
    plan_.basis = method_.basis();
    for (const NamedLevers& named : question_.value_of) add_value(named);
    for (const double lambda : question_.frontier) add_frontier_point(lambda);
    for (const FixedPlan& fixed : question_.baselines) {
      report(fixed.name);
      const lp::Evaluation evaluation = method_.evaluate(fixed.levers);
      if (evaluation.feasible()) plan_.baselines.push_back(cost(fixed.name, evaluation.losses));
    }
    if (question_.measure_information) measure_information();
    return std::move(plan_);
  }

 private:
  void report(const std::string& step) {
    tell(question_.progress, step, done_ / steps_);
    done_ += 1.0;
  }
  PlanCost cost(const std::string& name, const std::vector<double>& losses) const {
    return cost_of(name, losses, probabilities_, question_.risk);
  }
  lp::Question ask() const {
    return {.risk = question_.risk,
            .relaxed = question_.relaxed,
            .gap_absolute = question_.gap * plan_.gross_cost};
  }
  lp::Question ask_without(const std::vector<int>& levers, const std::vector<int>& more) const {
    lp::Question question = ask();
    for (const Lever& lever : problem_.levers) question.intervals.push_back({0.0, lever.max});
    for (const int l : levers) question.intervals[static_cast<std::size_t>(l)] = {0.0, 0.0};
    for (const int l : more) question.intervals[static_cast<std::size_t>(l)] = {0.0, 0.0};
    return question;
  }

  bool measure_gross_cost() {
    const lp::Evaluation idle = method_.evaluate(std::vector<double>(problem_.levers.size()));
    if (!idle.feasible()) return false;
    plan_.gross_cost = lp::mean(idle.losses, probabilities_);
    for (const Scenario& scenario : problem_.scenarios) {
      for (std::size_t t = 0; t < scenario.revenue.size(); ++t) {
        plan_.gross_cost +=
            scenario.probability * scenario.revenue[t] * problem_.periods[t].discount;
      }
    }
    plan_.gross_cost = std::max(std::abs(plan_.gross_cost), 1e-9);
    return true;
  }

  void describe() {
    const lp::Evaluation at_plan = method_.evaluate(plan_.levers);
    plan_.losses = at_plan.losses;
    const PlanCost total = cost("", plan_.losses);
    plan_.expected = total.expected;
    plan_.cvar = total.cvar;
    plan_.tail_weight = tail_weights(plan_.losses, probabilities_, question_.risk);
    plan_.marginal.assign(problem_.levers.size(), 0.0);
    plan_.bill_cost = plan_.marginal;
    for (std::size_t s = 0; s < problem_.scenarios.size(); ++s) {
      plan_.outcomes.push_back(
          scenario_outcome(problem_, program_.columns, s, plan_.levers, at_plan.recourse[s]));
      for (std::size_t l = 0; l < plan_.marginal.size(); ++l) {
        plan_.marginal[l] += plan_.tail_weight[s] * at_plan.slope[s][l];
        plan_.bill_cost[l] += plan_.tail_weight[s] * bill_cost(s, l, at_plan.duals[s]);
      }
    }
  }

  /// What one unit's bill costs in a scenario: discounted, and the price of the cash it takes.
  double bill_cost(std::size_t s, std::size_t lever, const std::vector<double>& duals) const {
    const LeverEffect& effect = problem_.scenarios[s].effects[lever];
    if (!effect.acts || effect.bill.empty()) return 0.0;
    double sum = 0.0;
    for (std::size_t t = 0; t < problem_.periods.size(); ++t) {
      const double cash =
          problem_.cash ? -duals[static_cast<std::size_t>(program_.columns.cash_row[t])] : 0.0;
      sum += effect.bill[t] * (problem_.periods[t].discount + cash);
    }
    return sum;
  }

  void add_value(const NamedLevers& named) {
    report("value of " + named.name);
    // A plan that pulls none of the levers is a plan without them: nothing is left to solve.
    const bool unused = std::ranges::all_of(named.levers, [&](int lever) {
      return std::abs(plan_.levers[static_cast<std::size_t>(lever)]) <= kUnused;
    });
    lp::StagedSolution without{.objective = plan_.objective, .bound = plan_.bound};
    if (!unused) without = method_.solve(ask_without(named.levers, {}));
    ValueOf value{.name = named.name,
                  .low = without.bound - plan_.objective,
                  .high = without.objective - plan_.bound};
    report("value of " + named.name + ", rivals held out");
    if (!named.others.empty()) {
      const lp::StagedSolution with_alone = method_.solve(ask_without(named.others, {}));
      const lp::StagedSolution neither = method_.solve(ask_without(named.levers, named.others));
      value.low_without_others = neither.bound - with_alone.objective;
      value.high_without_others = neither.objective - with_alone.bound;
    }
    value.resolved = is_resolved(value) || value.high <= 2.0 * question_.gap * plan_.gross_cost;
    plan_.value_of.push_back(value);
  }

  void add_frontier_point(double lambda) {
    report("frontier");
    lp::Question question = ask();
    question.risk.lambda = lambda;
    const lp::StagedSolution solution = method_.solve(question);
    if (solution.losses.empty()) return;
    const PlanCost point = cost("", solution.losses);
    plan_.frontier.push_back({lambda, point.expected, point.cvar});
  }

  void measure_information() {
    report("perfect foresight");
    const std::vector<double> least =
        lp::wait_and_see(program_.program, solver_,
                         {.gap_absolute = question_.gap * plan_.gross_cost,
                          .start = plan_.basis,
                          .parallelism = question_.parallelism});
    plan_.perfect_foresight = lp::risk_adjusted(least, probabilities_, question_.risk);
    plan_.evpi = plan_.objective - plan_.perfect_foresight;

    report("the mean scenario's plan");
    const PlanProgram mean = plan_program(mean_problem(problem_));
    const lp::StagedSolution expected =
        lp::LShaped(mean.program, solver_, {}, plan_.basis)
            .solve({.gap_absolute = question_.gap * plan_.gross_cost});
    if (expected.losses.empty()) return;
    const lp::Evaluation followed = method_.evaluate(expected.first_stage);
    if (!followed.feasible()) return;
    const PlanCost follow = cost("plan for the mean scenario", followed.losses);
    plan_.baselines.push_back(follow);
    plan_.vss = follow.risk_adjusted - plan_.objective;
  }

  const PlanProblem& problem_;
  const PlanQuestion& question_;
  const lp::Solver& solver_;
  PlanProgram program_;
  lp::LShaped method_;
  std::vector<double> probabilities_;
  CapacityPlan plan_;
  double steps_ = 1.0;
  double done_ = 0.0;
};

}  // namespace

std::optional<PlanCost> plan_cost(const PlanProblem& problem, const FixedPlan& fixed,
                                  const PlanQuestion& question, const lp::Solver& solver) {
  const PlanProgram program = plan_program(problem);
  const lp::Evaluation evaluation =
      lp::LShaped(program.program, solver, question.parallelism, question.start)
          .evaluate(fixed.levers);
  if (!evaluation.feasible()) return std::nullopt;
  std::vector<double> probabilities;
  for (const Scenario& scenario : problem.scenarios) probabilities.push_back(scenario.probability);
  return cost_of(fixed.name, evaluation.losses, probabilities, question.risk);
}

bool is_resolved(const ValueOf& value) {
  const double size = std::max(std::abs(value.low), std::abs(value.high));
  return value.low > 0.0 || value.high < 0.0 || value.high - value.low <= 0.1 * size;
}

CapacityPlan make_plan(const PlanProblem& problem, const PlanQuestion& question,
                       const lp::Solver& solver) {
  return Planner(problem, question, solver).plan();
}

}  // namespace offtake::plan
