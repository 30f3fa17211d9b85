#include "offtake/lp/l_shaped.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/lp/cut_pool.hpp"
#include "offtake/lp/risk_measure.hpp"

namespace offtake::lp {
namespace {

/// How far a trial point lies from the master's point towards the best known.
constexpr double kTowardsInner = 0.2;

/// Gap at which the relaxed master makes way for whole columns, over the gap that is asked for.
constexpr double kRelaxedGap = 50.0;

double largest_magnitude(const LinearProgram& program) {
  double largest = 1.0;
  for (const Column& column : program.columns) {
    largest = std::max(largest, std::abs(column.objective));
  }
  return largest;
}

}  // namespace

struct LShaped::Scenario {
  const ScenarioBlock* block;
  std::unique_ptr<LoadedProgram> recourse;
  std::vector<int> coupled_rows;
  CutPool pool;

  /// Solves at `x` and adds the supporting plane there to the pool.
  Solution solve_at(std::span<const double> x) {
    std::vector<double> shift(block->recourse.rows.size());
    for (const Coupling& c : block->coupling) {
      shift[static_cast<std::size_t>(c.row)] +=
          c.coefficient * x[static_cast<std::size_t>(c.column)];
    }
    std::vector<Interval> moved;
    for (const int row : coupled_rows) {
      const auto r = static_cast<std::size_t>(row);
      const Interval& interval = block->recourse.rows[r];
      moved.push_back({interval.lower - shift[r], interval.upper - shift[r]});
    }
    recourse->set_rows(coupled_rows, moved);
    Solution solution = recourse->solve({});
    if (solution.status != Status::kOptimal) return solution;
    Cut cut{.constant = solution.objective, .slope = std::vector<double>(x.size())};
    for (const Coupling& c : block->coupling) {
      // The row's limit moves by -T x, so the cost moves by -dual T.
      cut.slope[static_cast<std::size_t>(c.column)] -=
          solution.duals[static_cast<std::size_t>(c.row)] * c.coefficient;
    }
    cut.constant -= cut.at(x) - cut.constant;
    pool.add(std::move(cut));
    return solution;
  }
};

/// The first stage, a column for each scenario's cost, and the columns of the tail.
class LShaped::Master {
 public:
  Master(const StochasticProgram& program, const Solver& solver, const Question& question)
      : first_(program.first_stage.columns.size()) {
    const RiskWeight& risk = question.risk;
    const double on_mean = 1.0 - risk.lambda;
    LinearProgram master = program.first_stage;
    master.offset *= on_mean;
    for (std::size_t j = 0; j < first_; ++j) {
      master.columns[j].objective *= on_mean;
      if (question.intervals.empty()) continue;
      master.columns[j].lower = question.intervals[j].lower;
      master.columns[j].upper = question.intervals[j].upper;
    }
    for (const ScenarioBlock& block : program.scenarios) {
      cost_.push_back(
          master.add_column({.objective = on_mean * block.probability, .lower = -kInfinity}));
    }
    if (risk.lambda > 0.0) add_tail(master, program, risk);
    loaded_ = solver.load(master);
    intervals_.reserve(first_);
    for (std::size_t j = 0; j < first_; ++j) {
      intervals_.push_back({master.columns[j].lower, master.columns[j].upper});
      if (master.columns[j].whole) whole_.push_back(static_cast<int>(j));
    }
    known_.resize(program.scenarios.size());
  }

  /// Adds the pool's highest cut at `x` where it is above what the master knew; how many were new.
  int add_cuts(const std::vector<Scenario>& scenarios, const Solution& seen, double tolerance) {
    int added = 0;
    const std::span<const double> x(seen.values.data(), first_);
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
      const std::size_t index = scenarios[s].pool.highest_at(x);
      const double height = scenarios[s].pool[index].at(x);
      if (height <= seen.values[static_cast<std::size_t>(cost_[s])] + tolerance) continue;
      if (add(s, index, scenarios[s].pool[index])) ++added;
    }
    return added;
  }
  void add_cuts_at(const std::vector<Scenario>& scenarios, std::span<const double> x) {
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
      const std::size_t index = scenarios[s].pool.highest_at(x);
      add(s, index, scenarios[s].pool[index]);
    }
  }

  Solution solve(double gap_absolute = 0.0) {
    return loaded_->solve({.gap = 1e-9, .gap_absolute = gap_absolute, .heuristics = false});
  }
  void set_relaxed(bool relaxed) {
    if (!whole_.empty()) loaded_->set_relaxed(relaxed);
  }
  const std::vector<int>& whole() const { return whole_; }
  void hold(std::span<const double> x) {
    for (const int j : whole_) {
      const double value = std::round(x[static_cast<std::size_t>(j)]);
      loaded_->set_column_interval(j, {value, value});
    }
  }
  void release() {
    for (const int j : whole_) {
      loaded_->set_column_interval(j, intervals_[static_cast<std::size_t>(j)]);
    }
  }
  std::size_t first_stage_columns() const { return first_; }

 private:
  void add_tail(LinearProgram& master, const StochasticProgram& program, const RiskWeight& risk) {
    const int edge = master.add_column({.objective = risk.lambda, .lower = -kInfinity});
    for (std::size_t s = 0; s < program.scenarios.size(); ++s) {
      const int excess = master.add_column(
          {.objective = risk.lambda * program.scenarios[s].probability / (1.0 - risk.alpha)});
      std::vector<Term> row = {{excess, 1.0}, {edge, 1.0}, {cost_[s], -1.0}};
      for (std::size_t j = 0; j < first_; ++j) {
        row.push_back({static_cast<int>(j), -program.first_stage.columns[j].objective});
      }
      master.add_row(at_least(program.first_stage.offset), row);
    }
  }
  bool add(std::size_t scenario, std::size_t index, const Cut& cut) {
    if (!known_[scenario].insert(index).second) return false;
    std::vector<Term> row = {{cost_[scenario], 1.0}};
    for (std::size_t j = 0; j < first_; ++j) {
      if (cut.slope[j] != 0.0) row.push_back({static_cast<int>(j), -cut.slope[j]});
    }
    loaded_->add_row(at_least(cut.constant), row);
    return true;
  }

  std::size_t first_;
  std::vector<int> cost_;  ///< [scenario] Column of its cost.
  std::vector<int> whole_;
  std::vector<Interval> intervals_;
  std::vector<std::set<std::size_t>> known_;
  std::unique_ptr<LoadedProgram> loaded_;
};

LShaped::LShaped(const StochasticProgram& program, const Solver& solver, Parallelism parallelism,
                 Basis start)
    : program_(program),
      solver_(solver),
      parallelism_(parallelism),
      start_(std::move(start)),
      scenarios_(program.scenarios.size()) {
  for (const ScenarioBlock& block : program.scenarios) {
    probabilities_.push_back(block.probability);
  }
  for_each_index(scenarios_.size(), parallelism_, [&](std::size_t s) {
    Scenario& scenario = scenarios_[s];
    scenario.block = &program.scenarios[s];
    std::set<int> rows;
    for (const Coupling& c : scenario.block->coupling) rows.insert(c.row);
    scenario.coupled_rows.assign(rows.begin(), rows.end());
    scenario.recourse = solver.load(scenario.block->recourse);
  });
}

LShaped::~LShaped() = default;

/// Gives every scenario the same basis, so that no run depends on which thread ran what before it.
void LShaped::start_all(const std::vector<double>& x) {
  const LinearProgram& first = scenarios_.front().block->recourse;
  if (!start_.fits(first)) {
    scenarios_.front().solve_at(x);
    start_ = basis();
  }
  for (Scenario& scenario : scenarios_) {
    if (start_.fits(scenario.block->recourse)) scenario.recourse->start_from(start_);
  }
}

Basis LShaped::basis() const { return scenarios_.front().recourse->basis(); }

Evaluation LShaped::evaluate(const std::vector<double>& x) {
  const std::size_t count = scenarios_.size();
  std::vector<Solution> solutions(count);
  if (scenarios_.front().pool.empty()) start_all(x);
  for_each_index(count, parallelism_,
                 [&](std::size_t s) { solutions[s] = scenarios_[s].solve_at(x); });
  Evaluation evaluation;
  const double now = first_stage_cost(program_.first_stage, x);
  for (std::size_t s = 0; s < count; ++s) {
    if (solutions[s].status != Status::kOptimal) return {.feasible = false};
    evaluation.losses.push_back(now + solutions[s].objective);
    evaluation.recourse.push_back(std::move(solutions[s].values));
    evaluation.duals.push_back(std::move(solutions[s].duals));
    evaluation.slope.push_back(scenarios_[s].pool.newest().slope);
    for (std::size_t j = 0; j < x.size(); ++j) {
      evaluation.slope.back()[j] += program_.first_stage.columns[j].objective;
    }
  }
  return evaluation;
}

bool LShaped::converge(Master& master, const Question& question, double gap, StagedSolution& best) {
  const double noise = 1e-7 * largest_magnitude(program_.first_stage);
  std::vector<double> inner;  // The best point known inside the present intervals.
  double inner_value = kInfinity;
  bool halfway = true;
  for (;;) {
    const Solution seen = master.solve();
    if (seen.status != Status::kOptimal) {
      best.status = seen.status;
      return false;
    }
    best.bound = seen.objective;
    if (inner_value - best.bound <= gap) break;
    if (master.add_cuts(scenarios_, seen, noise) > 0) continue;  // Cuts of earlier questions.
    if (best.iterations >= question.iterations_max) {
      best.status = Status::kTimeLimit;
      return false;
    }
    const std::vector<double> outer(
        seen.values.begin(),
        seen.values.begin() + static_cast<std::ptrdiff_t>(master.first_stage_columns()));
    std::vector<double> point = outer;
    if (halfway && !inner.empty()) {
      for (std::size_t j = 0; j < point.size(); ++j)
        point[j] = kTowardsInner * inner[j] + (1.0 - kTowardsInner) * outer[j];
    }
    ++best.iterations;
    const Evaluation seen_there = evaluate(point);
    if (!seen_there.feasible) {
      best.status = Status::kInfeasible;
      return false;
    }
    master.add_cuts_at(scenarios_, point);
    const double value = risk_adjusted(seen_there.losses, probabilities_, question.risk);
    const bool better = value < inner_value;
    if (better) {
      inner = point;
      inner_value = value;
      best.first_stage = point;
      best.losses = seen_there.losses;
      best.objective = value;
    }
    // A halfway point that neither improves nor cuts off the master's point would be tried again.
    halfway = better || !halfway;
  }
  best.status = Status::kOptimal;
  return true;
}

StagedSolution LShaped::solve(const Question& question) {
  StagedSolution best = search(question);
  // The master's last digits may put its bound above a point that attains it.
  if (!best.losses.empty()) best.bound = std::min(best.bound, best.objective);
  return best;
}

StagedSolution LShaped::search(const Question& question) {
  StagedSolution best;
  if (scenarios_.front().pool.empty()) {
    // One round anywhere gives every scenario its first cut, so the master is bounded.
    std::vector<double> x;
    for (const Column& column : program_.first_stage.columns) {
      x.push_back(std::clamp(0.0, column.lower, column.upper));
    }
    if (!evaluate(x).feasible) {
      best.status = Status::kInfeasible;
      return best;
    }
  }
  Master master(program_, solver_, question);
  master.add_cuts_at(scenarios_, std::vector<double>(master.first_stage_columns(), 0.0));
  master.set_relaxed(true);
  const bool whole = !master.whole().empty() && !question.relaxed;
  const double gap = question.gap_absolute * (whole ? kRelaxedGap : 1.0);
  if (!converge(master, question, gap, best) || !whole) return best;
  // Whole columns: the master proposes them, the rest converges with them held, until the master's
  // bound over all proposals meets the best of them.
  StagedSolution incumbent;
  incumbent.objective = kInfinity;
  for (;;) {
    master.set_relaxed(false);
    const Solution proposal = master.solve(0.25 * question.gap_absolute);
    if (proposal.status != Status::kOptimal) {
      best.status = proposal.status;
      break;
    }
    best.bound = proposal.bound;
    if (incumbent.objective - best.bound <= question.gap_absolute) break;
    master.hold(proposal.values);
    master.set_relaxed(true);
    StagedSolution held{.iterations = best.iterations};
    const bool settled = converge(master, question, 0.25 * question.gap_absolute, held);
    best.iterations = held.iterations;
    if (!held.losses.empty() && held.objective < incumbent.objective) incumbent = held;
    master.release();
    if (!settled) {
      best.status = held.status;
      break;
    }
  }
  best.objective = incumbent.objective;
  best.first_stage = incumbent.first_stage;
  best.losses = incumbent.losses;
  for (const int j : master.whole()) {
    if (best.first_stage.empty()) break;
    double& value = best.first_stage[static_cast<std::size_t>(j)];
    value = std::round(value);
  }
  return best;
}

}  // namespace offtake::lp
