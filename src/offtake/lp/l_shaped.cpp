#include "offtake/lp/l_shaped.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/lp/cut_pool.hpp"
#include "offtake/lp/recourse_cost.hpp"
#include "offtake/lp/risk_measure.hpp"

namespace offtake::lp {
namespace {

/// How far a trial point lies from the master's point towards the best known.
constexpr double kTowardsInner = 0.2;

/// Sizes of first-stage columns that are tried while too few cuts are known for a bounded master:
/// from the first, each ten times the one before, up to the last.
constexpr double kSizeFirst = 1e3;
constexpr double kSizeLast = 1e9;

/// Gap at which the relaxed master makes way for whole columns, over the gap that is asked for.
constexpr double kRelaxedGap = 50.0;

/// What objective - bound may be.
double tolerance(const Question& question, double objective) {
  if (!std::isfinite(objective)) return question.gap_absolute;
  return std::max(question.gap_absolute, question.gap * std::max(1.0, std::abs(objective)));
}

void tell_gap(const Question& question, int round, double value, double bound) {
  if (!question.progress) return;
  const double gap = (value - bound) / std::max(1.0, std::abs(value));
  // Gaps fall by powers of ten, from about one to what is asked for.
  const double asked = std::max({question.gap, question.gap_absolute, 1e-9});
  const double share =
      gap >= 1.0 ? 0.0 : std::log(std::max(gap, asked)) / std::log(std::min(asked, 0.5));
  tell(question.progress, fmt::format("round {}, gap {:.1e}", round, gap), share);
}

double largest_magnitude(const LinearProgram& program) {
  double largest = 1.0;
  for (const Column& column : program.columns) {
    largest = std::max(largest, std::abs(column.objective));
  }
  return largest;
}

/// The plane through `value` at `x` whose slope the duals of the moved rows give: a row's limit
/// moves by -T x, so the value moves by -dual T.
Cut supporting_plane(const ScenarioBlock& block, double value, std::span<const double> duals,
                     std::span<const double> x) {
  Cut cut{.constant = value, .slope = std::vector<double>(x.size())};
  for (const Coupling& c : block.coupling) {
    cut.slope[static_cast<std::size_t>(c.column)] -=
        duals[static_cast<std::size_t>(c.row)] * c.coefficient;
  }
  cut.constant -= cut.at(x) - cut.constant;
  return cut;
}

/// The recourse with the sum of violated limits of rows as its objective: zero where it is
/// feasible.
LinearProgram violation_program(const LinearProgram& recourse) {
  LinearProgram program;
  for (Column column : recourse.columns) {
    column.objective = 0.0;
    column.whole = false;
    program.add_column(column);
  }
  for (std::size_t row = 0; row < recourse.rows.size(); ++row) {
    const Interval& interval = recourse.rows[row];
    std::vector<Term> terms(recourse.row_terms(row).begin(), recourse.row_terms(row).end());
    if (interval.lower > -kInfinity) {
      terms.push_back({program.add_column({.objective = 1.0}), 1.0});
    }
    if (interval.upper < kInfinity) {
      terms.push_back({program.add_column({.objective = 1.0}), -1.0});
    }
    program.add_row(interval, terms);
  }
  return program;
}

}  // namespace

struct LShaped::Scenario {
  const ScenarioBlock* block;
  std::unique_ptr<LoadedProgram> recourse;
  std::unique_ptr<LoadedProgram> violation;  ///< Once it was needed.
  std::vector<int> rows;                     ///< Those that the first stage moves.
  CutPool pool;
  CutPool limits;  ///< Recourse exists only where each is at most zero.

  /// Solves at `x` and adds the supporting plane there to the pool, or a limit that excludes `x`.
  Solution solve_at(std::span<const double> x, const Solver& solver) {
    const std::vector<Interval> moved = moved_rows(*block, rows, x);
    recourse->set_rows(rows, moved);
    Solution solution = recourse->solve({});
    if (solution.status == Status::kOptimal) {
      pool.add(supporting_plane(*block, solution.objective, solution.duals, x));
    } else if (solution.status == Status::kInfeasible) {
      if (!violation) violation = solver.load(violation_program(block->recourse));
      violation->set_rows(rows, moved);
      const Solution least = violation->solve({});
      if (least.status == Status::kOptimal && least.objective > 0.0) {
        limits.add(supporting_plane(*block, least.objective, least.duals, x));
      }
    }
    return solution;
  }
};

/// The first stage, a column for each scenario's cost, and the columns of the tail.
class LShaped::Master {
 public:
  Master(const StochasticProgram& program, const Solver& solver, const Question& question,
         const Reach* reach = nullptr)
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
      // Held at zero until there is a cut, without which it would fall without end.
      cost_.push_back(master.add_column(
          {.objective = on_mean * block.probability, .lower = 0.0, .upper = 0.0}));
    }
    if (risk.lambda > 0.0) add_tail(master, program, risk);
    if (reach != nullptr) turn_to(master, *reach);
    loaded_ = solver.load(master);
    intervals_.reserve(first_);
    for (std::size_t j = 0; j < first_; ++j) {
      intervals_.push_back({master.columns[j].lower, master.columns[j].upper});
      if (master.columns[j].whole) whole_.push_back(static_cast<int>(j));
    }
    fixed_rows_ = master.rows.size();
    known_.resize(program.scenarios.size());
    limits_known_.resize(program.scenarios.size());
    opened_.resize(program.scenarios.size());
    without_cut_ = program.scenarios.size();
  }

  /// Adds the pool's highest cut at `x` where it is above what the master knew; how many were new.
  int add_cuts(const std::vector<Scenario>& scenarios, const Solution& seen, double tolerance) {
    int added = 0;
    const std::span<const double> x(seen.values.data(), first_);
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
      if (scenarios[s].pool.empty()) continue;
      const std::size_t index = scenarios[s].pool.highest_at(x);
      const double height = scenarios[s].pool[index].at(x);
      if (height <= seen.values[static_cast<std::size_t>(cost_[s])] + tolerance) continue;
      if (add(s, index, scenarios[s].pool[index])) ++added;
    }
    return added;
  }
  void add_cuts_at(const std::vector<Scenario>& scenarios, std::span<const double> x) {
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
      if (scenarios[s].pool.empty()) continue;
      const std::size_t index = scenarios[s].pool.highest_at(x);
      add(s, index, scenarios[s].pool[index]);
    }
  }
  /// Adds the limits that the master does not know yet; how many those are.
  int add_limits(const std::vector<Scenario>& scenarios) {
    int added = 0;
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
      for (; limits_known_[s] < scenarios[s].limits.size(); ++limits_known_[s], ++added) {
        const Cut& limit = scenarios[s].limits[limits_known_[s]];
        std::vector<Term> row;
        add_slope(row, limit, 1.0);
        loaded_->add_row(at_most(-limit.constant), row);
        cuts_.push_back({});
      }
    }
    return added;
  }
  /// Takes away cuts that have not bound for long, if there are many. `seen` is of a run without
  /// whole columns, after which no row was added.
  void drop_idle_cuts(const Solution& seen, const Question& question) {
    std::vector<int> rows;
    std::vector<MasterCut> kept;
    const bool many = cuts_.size() > question.cuts_many * cost_.size();
    for (std::size_t c = 0; c < cuts_.size(); ++c) {
      MasterCut& cut = cuts_[c];
      cut.idle = seen.duals[fixed_rows_ + c] == 0.0 ? cut.idle + 1 : 0;
      if (many && cut.scenario && cut.idle > question.cuts_idle) {
        rows.push_back(static_cast<int>(fixed_rows_ + c));
        known_[*cut.scenario].erase(cut.index);
      } else {
        kept.push_back(cut);
      }
    }
    if (rows.empty()) return;
    loaded_->remove_rows(rows);
    cuts_ = std::move(kept);
  }

  Solution solve(const SolveOptions& options = {.gap = 1e-9, .heuristics = false}) {
    return loaded_->solve(options);
  }
  /// The best point whose first stage is within `size` of the origin; its objective bounds nothing.
  Solution solve_within(double size) {
    for (std::size_t j = 0; j < first_; ++j) {
      loaded_->set_column_interval(
          static_cast<int>(j),
          {std::max(intervals_[j].lower, std::min(-size, intervals_[j].upper)),
           std::min(intervals_[j].upper, std::max(size, intervals_[j].lower))});
    }
    Solution solution = solve();
    for (std::size_t j = 0; j < first_; ++j) {
      loaded_->set_column_interval(static_cast<int>(j), intervals_[j]);
    }
    return solution;
  }
  /// Whether the master's optimum is a bound: each scenario has a cut.
  bool bounds() const { return without_cut_ == 0; }
  void set_relaxed(bool relaxed) {
    if (!whole_.empty()) loaded_->set_relaxed(relaxed);
  }
  const std::vector<int>& whole() const { return whole_; }
  std::vector<double> rounded_whole(std::span<const double> x) const {
    std::vector<double> values;
    for (const int j : whole_) values.push_back(std::round(x[static_cast<std::size_t>(j)]));
    return values;
  }
  void hold(std::span<const double> x) {
    const std::vector<double> values = rounded_whole(x);
    for (std::size_t w = 0; w < whole_.size(); ++w) {
      loaded_->set_column_interval(whole_[w], equal_to(values[w]));
    }
  }
  void release() {
    for (const int j : whole_) {
      loaded_->set_column_interval(j, intervals_[static_cast<std::size_t>(j)]);
    }
  }
  std::size_t first_stage_columns() const { return first_; }

 private:
  /// A row that was added: a cut of a scenario's pool, or a limit, which stays.
  struct MasterCut {
    std::optional<std::size_t> scenario;
    std::size_t index = 0;  ///< In the scenario's pool.
    int idle = 0;           ///< Runs since it last bound.
  };

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
  /// The cost becomes a row, and `reach`'s direction the objective.
  static void turn_to(LinearProgram& master, const Reach& reach) {
    std::vector<Term> cost;
    for (std::size_t j = 0; j < master.columns.size(); ++j) {
      double& objective = master.columns[j].objective;
      if (objective != 0.0) cost.push_back({static_cast<int>(j), objective});
      objective = 0.0;
    }
    master.add_row(at_most(reach.budget - master.offset), cost);
    master.offset = 0.0;
    for (const Term& term : reach.direction) {
      master.columns[static_cast<std::size_t>(term.column)].objective += term.coefficient;
    }
  }
  bool add(std::size_t scenario, std::size_t index, const Cut& cut) {
    std::set<std::size_t>& known = known_[scenario];
    if (!known.insert(index).second) return false;
    if (!opened_[scenario]) {
      opened_[scenario] = true;
      --without_cut_;
      loaded_->set_column_interval(cost_[scenario], {});
    }
    std::vector<Term> row = {{cost_[scenario], 1.0}};
    add_slope(row, cut, -1.0);
    loaded_->add_row(at_least(cut.constant), row);
    cuts_.push_back({.scenario = scenario, .index = index});
    return true;
  }
  void add_slope(std::vector<Term>& row, const Cut& cut, double sign) const {
    for (std::size_t j = 0; j < first_; ++j) {
      if (cut.slope[j] != 0.0) row.push_back({static_cast<int>(j), sign * cut.slope[j]});
    }
  }

  std::size_t first_;
  std::vector<int> cost_;  ///< [scenario] Column of its cost.
  std::vector<int> whole_;
  std::vector<Interval> intervals_;
  std::size_t fixed_rows_ = 0;   ///< Those before the cuts.
  std::vector<MasterCut> cuts_;  ///< In the order of their rows.
  std::vector<std::set<std::size_t>> known_;
  std::vector<std::size_t> limits_known_;
  std::vector<bool> opened_;  ///< [scenario] It has had a cut, so its cost is free.
  std::size_t without_cut_ = 0;
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
    scenario.rows = coupled_rows(*scenario.block);
    scenario.recourse = solver.load(scenario.block->recourse);
  });
}

LShaped::~LShaped() = default;

/// Gives every scenario the same basis, so that no run depends on which thread ran what before it.
void LShaped::start_all(const std::vector<double>& x) {
  const LinearProgram& first = scenarios_.front().block->recourse;
  if (!start_.fits(first)) {
    scenarios_.front().solve_at(x, solver_);
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
  if (!started_) start_all(x);
  started_ = true;
  for_each_index(count, parallelism_,
                 [&](std::size_t s) { solutions[s] = scenarios_[s].solve_at(x, solver_); });
  Evaluation evaluation;
  const double now = first_stage_cost(program_.first_stage, x);
  for (std::size_t s = 0; s < count; ++s) {
    if (solutions[s].status != Status::kOptimal) return {.status = solutions[s].status};
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

bool LShaped::converge(Master& master, const Question& question, double share,
                       StagedSolution& best) {
  const double noise = 1e-7 * largest_magnitude(program_.first_stage);
  std::vector<double> inner;  // The best point known inside the present intervals.
  double inner_value = kInfinity;
  double size = kSizeFirst;
  bool halfway = true;
  const auto stopped = [&](Status status) {
    best.status = status;
    return false;
  };
  for (;;) {
    Solution seen = master.solve();
    const bool within = seen.status == Status::kUnbounded;
    if (within) {
      if (size > kSizeLast) return stopped(Status::kUnbounded);
      seen = master.solve_within(size);
    }
    if (seen.status != Status::kOptimal) return stopped(seen.status);
    if (!seen.duals.empty()) {
      best.row_duals.assign(
          seen.duals.begin(),
          seen.duals.begin() + static_cast<std::ptrdiff_t>(program_.first_stage.rows.size()));
    }
    best.bound = master.bounds() && !within ? seen.objective : -kInfinity;
    if (inner_value - best.bound <= share * tolerance(question, inner_value)) break;
    master.drop_idle_cuts(seen, question);
    // Cuts of earlier questions.
    if (master.add_cuts(scenarios_, seen, noise) + master.add_limits(scenarios_) > 0) continue;
    if (within) size *= 10.0;
    if (best.iterations >= question.iterations_max) return stopped(Status::kTimeLimit);
    if (question.seconds_left && question.seconds_left() <= 0.0) return stopped(Status::kTimeLimit);
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
    master.add_cuts_at(scenarios_, point);
    if (seen_there.status == Status::kInfeasible) {
      // A limit that excludes a point between a feasible one and the master's excludes that too.
      if (master.add_limits(scenarios_) == 0) return stopped(Status::kFailed);
      continue;
    }
    if (!seen_there.feasible()) return stopped(seen_there.status);
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
    tell_gap(question, best.iterations, value, best.bound);
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
  if (!started_) {
    // One round anywhere gives scenarios their first cut, so the master is bounded.
    std::vector<double> x;
    for (const Column& column : program_.first_stage.columns) {
      x.push_back(std::clamp(0.0, column.lower, column.upper));
    }
    const Evaluation first = evaluate(x);
    if (!first.feasible() && first.status != Status::kInfeasible) {
      best.status = first.status;
      best.bound = -kInfinity;
      return best;
    }
  }
  Master master(program_, solver_, question);
  master.add_limits(scenarios_);
  master.add_cuts_at(scenarios_, std::vector<double>(master.first_stage_columns(), 0.0));
  master.set_relaxed(true);
  const bool whole = !master.whole().empty() && !question.relaxed;
  const bool settled = converge(master, question, whole ? kRelaxedGap : 1.0, best);
  if (!whole) return best;
  best.first_stage.clear();  // Of the relaxed program: no answer.
  best.losses.clear();
  if (settled) close_whole(master, question, best);
  return best;
}

StagedSolution LShaped::furthest(const Question& question, const Reach& reach) {
  StagedSolution best{.bound = -kInfinity};
  Master master(program_, solver_, question, &reach);
  master.add_limits(scenarios_);
  master.add_cuts_at(scenarios_, std::vector<double>(master.first_stage_columns(), 0.0));
  master.set_relaxed(question.relaxed);
  const double noise = 1e-7 * largest_magnitude(program_.first_stage);
  for (;;) {
    const Solution seen = master.solve();
    best.status = seen.status;
    if (seen.status != Status::kOptimal) return best;
    best.bound = master.whole().empty() || question.relaxed ? seen.objective : seen.bound;
    if (master.add_cuts(scenarios_, seen, noise) + master.add_limits(scenarios_) > 0) continue;
    if (best.iterations++ == question.iterations_max) {
      best.status = Status::kTimeLimit;
      return best;
    }
    const std::vector<double> point(
        seen.values.begin(),
        seen.values.begin() + static_cast<std::ptrdiff_t>(master.first_stage_columns()));
    const Evaluation there = evaluate(point);
    master.add_cuts_at(scenarios_, point);
    master.add_limits(scenarios_);
    if (!there.feasible()) continue;
    if (risk_adjusted(there.losses, probabilities_, question.risk) > reach.budget + reach.slack) {
      continue;
    }
    best.first_stage = point;
    best.losses = there.losses;
    best.objective = seen.objective;
    return best;
  }
}

void LShaped::close_whole(Master& master, const Question& question, StagedSolution& best) {
  StagedSolution incumbent;
  incumbent.objective = kInfinity;
  std::set<std::vector<double>> proposed;
  for (;;) {
    master.set_relaxed(false);
    const Solution proposal = master.solve(
        {.gap = std::max(1e-9, 0.25 * question.gap),
         .gap_absolute = 0.25 * question.gap_absolute,
         .time_limit_s = question.seconds_left ? std::max(0.0, question.seconds_left()) : kInfinity,
         .heuristics = false});
    if (proposal.status != Status::kOptimal) {
      // Without a proposal that could be better, the incumbent stands.
      best.status = proposal.status;
      break;
    }
    best.bound = proposal.bound;
    if (incumbent.objective - best.bound <= tolerance(question, incumbent.objective)) break;
    if (!proposed.insert(master.rounded_whole(proposal.values)).second) {
      // Closed before: what remains of the gap is the solver's tolerance.
      if (incumbent.losses.empty()) best.status = Status::kFailed;
      break;
    }
    master.hold(proposal.values);
    master.set_relaxed(true);
    StagedSolution held{.iterations = best.iterations};
    converge(master, question, 0.25, held);
    best.iterations = held.iterations;
    if (!held.losses.empty() && held.objective < incumbent.objective) incumbent = held;
    master.release();
    // Held columns that leave no recourse are excluded by the limits that said so.
    if (held.status != Status::kOptimal && held.status != Status::kInfeasible) {
      best.status = held.status;
      break;
    }
  }
  if (incumbent.losses.empty()) return;
  best.objective = incumbent.objective;
  best.first_stage = incumbent.first_stage;
  best.losses = incumbent.losses;
  best.row_duals = incumbent.row_duals;
  for (const int j : master.whole()) {
    double& value = best.first_stage[static_cast<std::size_t>(j)];
    value = std::round(value);
  }
}

}  // namespace offtake::lp
