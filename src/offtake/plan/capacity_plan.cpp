#include "offtake/plan/capacity_plan.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/expects.hpp"
#include "offtake/lp/l_shaped.hpp"
#include "offtake/lp/risk_measure.hpp"
#include "offtake/lp/wait_and_see.hpp"
#include "offtake/plan/mean_scenario.hpp"

namespace offtake::plan {
namespace {

/// Of a lever, in its own units: what the solver's tolerance leaves of nothing.
constexpr double kUnused = 1e-9;

/// Of a limit, in its own units: what the solver's tolerance leaves of a breach.
constexpr double kBroken = 1e-6;

/// Gaps at which a value is tried to be told from nothing, each a tenth of the one before.
constexpr int kValueRounds = 3;

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

/// Of the limits that no levers satisfy together, those that the least sum of breaches breaks.
std::vector<std::string> broken_limits(const PlanProblem& problem, const lp::Solver& solver) {
  if (problem.limits.empty()) return {};
  lp::LinearProgram elastic;
  for (const Lever& lever : problem.levers) {
    elastic.add_column({.upper = lever.max, .whole = lever.whole});
  }
  std::vector<int>
      breach;  // [limit] The first of two columns: by how much it is broken either way.
  for (const LeverLimit& limit : problem.limits) {
    breach.push_back(elastic.add_column({.objective = 1.0}));
    const int other_way = elastic.add_column({.objective = 1.0});
    std::vector<lp::Term> row = limit.terms;
    row.push_back({breach.back(), 1.0});
    row.push_back({other_way, -1.0});
    elastic.add_row(limit.interval, row);
  }
  const lp::Solution least = solver.solve(elastic);
  expects(least.has_values(), "any limits can be broken far enough");
  std::vector<std::string> broken;
  for (std::size_t i = 0; i < breach.size(); ++i) {
    const auto column = static_cast<std::size_t>(breach[i]);
    if (least.values[column] + least.values[column + 1] > kBroken) {
      broken.push_back(problem.limits[i].name);
    }
  }
  return broken;
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
                                       2 * question.value_of.size() + question.amounts.size() +
                                       (question.measure_information ? 2 : 0));
  }

  CapacityPlan plan() {
    report("the plan");
    plan_.broken_limits = broken_limits(problem_, solver_);
    if (!plan_.broken_limits.empty() || !measure_gross_cost()) {
      plan_.status = lp::Status::kInfeasible;
      return plan_;
    }
    const lp::StagedSolution best = method_.solve(ask());
    plan_.status = best.status;
    plan_.objective = best.objective;
    plan_.bound = best.bound;
    plan_.iterations = best.iterations;
    plan_.levers = best.first_stage;
    for (const double dual : best.row_duals) plan_.limit_price.push_back(0.0 - dual);
    if (best.losses.empty()) return plan_;
    describe();
    plan_.basis = method_.basis();
    for (const NamedLevers& named : question_.value_of) add_value(named);
    for (const NamedAmount& amount : question_.amounts) add_range(amount);
    for (const double lambda : question_.frontier) add_frontier_point(lambda);
    for (const FixedPlan& fixed : question_.baselines) {
      report(fixed.name);
      const lp::Evaluation evaluation = method_.evaluate(fixed.levers);
      if (evaluation.feasible()) add_baseline(fixed, evaluation.losses);
    }
    if (question_.measure_information) {
      measure_information();
      measure_regret();
    }
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
  lp::Question ask_without(const std::vector<int>& levers, const std::vector<int>& more,
                           double gap) const {
    lp::Question question = ask();
    question.gap_absolute = gap * plan_.gross_cost;
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
    plan_.chip_price.assign(problem_.pools.size(), std::vector<double>(problem_.periods.size()));
    plan_.cash_price.assign(problem_.cash ? problem_.periods.size() : 0, 0.0);
    for (std::size_t s = 0; s < problem_.scenarios.size(); ++s) {
      plan_.outcomes.push_back(
          scenario_outcome(problem_, program_.columns, s, plan_.levers, at_plan.recourse[s]));
      for (std::size_t l = 0; l < plan_.marginal.size(); ++l) {
        plan_.marginal[l] += plan_.tail_weight[s] * at_plan.slope[s][l];
        plan_.bill_cost[l] += plan_.tail_weight[s] * bill_cost(s, l, at_plan.duals[s]);
      }
      add_prices(plan_.tail_weight[s], at_plan.duals[s]);
    }
  }

  /// What one unit more of chips and of cash saves, from the duals of one scenario.
  void add_prices(double weight, const std::vector<double>& duals) {
    const auto saved = [&](int row) {
      return row < 0 ? 0.0 : -weight * duals[static_cast<std::size_t>(row)];
    };
    for (std::size_t t = 0; t < problem_.periods.size(); ++t) {
      for (std::size_t c = 0; c < problem_.pools.size(); ++c) {
        for (const int row : program_.columns.pool_row[c][t]) plan_.chip_price[c][t] += saved(row);
      }
      if (problem_.cash) plan_.cash_price[t] += saved(program_.columns.cash_row[t]);
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

  /// The value of `named` while `others` are held out, between bounds. Where they are further apart
  /// than a tenth of the value, though not within what the plan's gap leaves of nothing, both plans
  /// are solved to a smaller gap.
  ValueOf value_without(const NamedLevers& named, const std::vector<int>& others) {
    // A plan that pulls none of the levers is a plan without them: nothing is left to solve.
    const bool unused = others.empty() && std::ranges::all_of(named.levers, [&](int lever) {
                          return std::abs(plan_.levers[static_cast<std::size_t>(lever)]) <= kUnused;
                        });
    ValueOf value{.name = named.name};
    double gap = question_.gap;
    for (int round = 0; round < kValueRounds; ++round, gap /= 10.0) {
      const lp::StagedSolution with =
          round == 0 && others.empty()
              ? lp::StagedSolution{.objective = plan_.objective, .bound = plan_.bound}
              : method_.solve(ask_without(others, {}, gap));
      const lp::StagedSolution without =
          unused ? with : method_.solve(ask_without(named.levers, others, gap));
      value.low = without.bound - with.objective;
      value.high = without.objective - with.bound;
      value.resolved = is_resolved(value) || value.high <= 2.0 * question_.gap * plan_.gross_cost;
      if (value.resolved) break;
    }
    return value;
  }

  void add_value(const NamedLevers& named) {
    report("value of " + named.name);
    ValueOf value = value_without(named, {});
    report("value of " + named.name + ", rivals held out");
    if (!named.others.empty()) {
      const ValueOf alone = value_without(named, named.others);
      value.low_without_others = alone.low;
      value.high_without_others = alone.high;
    }
    plan_.value_of.push_back(value);
  }

  void add_baseline(const FixedPlan& fixed, const std::vector<double>& losses) {
    plan_.baselines.push_back(cost(fixed.name, losses));
    plan_.followed.push_back(fixed);
    baseline_losses_.push_back(losses);
  }

  void add_range(const NamedAmount& amount) {
    report("nearly best plans: " + amount.name);
    const auto of = [&](const std::vector<double>& levers) {
      double sum = 0.0;
      for (const lp::Term& term : amount.terms) {
        sum += term.coefficient * levers[static_cast<std::size_t>(term.column)];
      }
      return sum;
    };
    const double more = question_.near_share * plan_.gross_cost;
    NearRange range{.name = amount.name, .best = of(plan_.levers)};
    const auto furthest = [&](double sign) {
      lp::Reach reach{.budget = plan_.objective + more, .slack = 0.05 * more};
      for (const lp::Term& term : amount.terms) {
        reach.direction.push_back({term.column, sign * term.coefficient});
      }
      return method_.furthest(ask(), reach);
    };
    range.least_bound = range.least = 0.0;  // Amounts are not negative.
    if (range.best > kUnused) {
      const lp::StagedSolution least = furthest(1.0);
      range.least_bound = least.bound;
      range.least = least.first_stage.empty() ? range.best : of(least.first_stage);
    }
    const lp::StagedSolution most = furthest(-1.0);
    range.most_bound = -most.bound;
    range.most = most.first_stage.empty() ? range.best : of(most.first_stage);
    plan_.ranges.push_back(range);
  }

  void measure_regret() {
    const auto add = [&](const std::string& name, const std::vector<double>& losses) {
      Regret regret{.name = name};
      for (std::size_t s = 0; s < losses.size(); ++s) {
        const double more = std::max(0.0, losses[s] - least_[s]);
        regret.mean += probabilities_[s] * more;
        regret.worst = std::max(regret.worst, more);
      }
      plan_.regrets.push_back(regret);
    };
    add("", plan_.losses);
    for (std::size_t b = 0; b < plan_.baselines.size(); ++b) {
      add(plan_.baselines[b].name, baseline_losses_[b]);
    }
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
    least_ = least;
    plan_.evpi = plan_.objective - plan_.perfect_foresight;

    report("the mean scenario's plan");
    const PlanProgram mean = plan_program(mean_problem(problem_));
    const lp::StagedSolution expected =
        lp::LShaped(mean.program, solver_, {}, plan_.basis)
            .solve({.gap_absolute = question_.gap * plan_.gross_cost});
    if (expected.losses.empty()) return;
    const lp::Evaluation followed = method_.evaluate(expected.first_stage);
    if (!followed.feasible()) return;
    add_baseline({"plan for the mean scenario", expected.first_stage}, followed.losses);
    plan_.vss = plan_.baselines.back().risk_adjusted - plan_.objective;
  }

  const PlanProblem& problem_;
  const PlanQuestion& question_;
  const lp::Solver& solver_;
  PlanProgram program_;
  lp::LShaped method_;
  std::vector<double> probabilities_;
  std::vector<double> least_;                         ///< [scenario] Cost of its own best plan.
  std::vector<std::vector<double>> baseline_losses_;  ///< [baseline][scenario]
  CapacityPlan plan_;
  double steps_ = 1.0;
  double done_ = 0.0;
};

}  // namespace

std::vector<std::optional<std::vector<double>>> losses_under(const PlanProblem& problem,
                                                             const std::vector<FixedPlan>& plans,
                                                             const PlanQuestion& question,
                                                             const lp::Solver& solver) {
  const PlanProgram program = plan_program(problem);
  lp::LShaped method(program.program, solver, question.parallelism, question.start);
  std::vector<std::optional<std::vector<double>>> losses;
  for (const FixedPlan& fixed : plans) {
    lp::Evaluation evaluation = method.evaluate(fixed.levers);
    losses.emplace_back();
    if (evaluation.feasible()) losses.back() = std::move(evaluation.losses);
  }
  return losses;
}

std::optional<PlanCost> plan_cost(const PlanProblem& problem, const FixedPlan& fixed,
                                  const PlanQuestion& question, const lp::Solver& solver) {
  const auto losses = losses_under(problem, {fixed}, question, solver).front();
  if (!losses) return std::nullopt;
  std::vector<double> probabilities;
  for (const Scenario& scenario : problem.scenarios) probabilities.push_back(scenario.probability);
  return cost_of(fixed.name, *losses, probabilities, question.risk);
}

bool is_resolved(const ValueOf& value) {
  const double size = std::max(std::abs(value.low), std::abs(value.high));
  return value.high - value.low <= 0.1 * size;
}

CapacityPlan make_plan(const PlanProblem& problem, const PlanQuestion& question,
                       const lp::Solver& solver) {
  return Planner(problem, question, solver).plan();
}

}  // namespace offtake::plan
