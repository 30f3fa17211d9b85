#include "offtake/lp/highs_solver.hpp"

#include <interfaces/highs_c_api.h>

#include <cmath>
#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::lp {
namespace {

static_assert(sizeof(HighsInt) == sizeof(int), "HiGHS is built with 32-bit indices");

/// Where the bases are kept is HiGHS's own affair: it starts each run from the last one's.
class HighsProgram final : public LoadedProgram {
 public:
  explicit HighsProgram(const LinearProgram& program)
      : highs_(Highs_create()), whole_(program.columns.size()) {
    Highs_setBoolOptionValue(highs_, "output_flag", 0);
    Highs_setIntOptionValue(highs_, "threads", 1);
    Highs_setStringOptionValue(highs_, "parallel", "off");
    // Runs start near an optimum: shaking the costs only adds steps to undo it.
    Highs_setDoubleOptionValue(highs_, "dual_simplex_cost_perturbation_multiplier", 0.0);
    pass(program);
  }
  ~HighsProgram() override { Highs_destroy(highs_); }
  HighsProgram(const HighsProgram&) = delete;
  HighsProgram& operator=(const HighsProgram&) = delete;

  void set_rows(std::span<const int> rows, std::span<const Interval> intervals) override {
    expects(rows.size() == intervals.size(), "each row has an interval");
    std::vector<double> lower, upper;
    for (const Interval& interval : intervals) {
      lower.push_back(limit(interval.lower));
      upper.push_back(limit(interval.upper));
    }
    check(Highs_changeRowsBoundsBySet(highs_, static_cast<int>(rows.size()), rows.data(),
                                      lower.data(), upper.data()));
  }
  void set_column_interval(int column, Interval interval) override {
    check(Highs_changeColBounds(highs_, column, limit(interval.lower), limit(interval.upper)));
  }
  void set_objective(int column, double objective) override {
    check(Highs_changeColCost(highs_, column, objective));
  }
  void add_row(Interval interval, std::span<const Term> terms) override {
    std::vector<int> index;
    std::vector<double> value;
    for (const Term& term : terms) {
      index.push_back(term.column);
      value.push_back(term.coefficient);
    }
    check(Highs_addRow(highs_, limit(interval.lower), limit(interval.upper),
                       static_cast<int>(index.size()), index.data(), value.data()));
  }
  void remove_rows(std::span<const int> rows) override {
    check(Highs_deleteRowsBySet(highs_, static_cast<int>(rows.size()), rows.data()));
  }
  void set_relaxed(bool relaxed) override {
    relaxed_ = relaxed;
    for (std::size_t column = 0; column < whole_.size(); ++column) {
      if (!whole_[column]) continue;
      check(Highs_changeColIntegrality(highs_, static_cast<int>(column),
                                       relaxed ? kHighsVarTypeContinuous : kHighsVarTypeInteger));
    }
  }

  Solution solve(const SolveOptions& options) override {
    Highs_setDoubleOptionValue(highs_, "mip_rel_gap", options.gap);
    Highs_setDoubleOptionValue(highs_, "mip_abs_gap", options.gap_absolute);
    Highs_setDoubleOptionValue(highs_, "time_limit", limit(options.time_limit_s));
    Highs_setIntOptionValue(highs_, "random_seed", options.seed);
    use_heuristics(options.heuristics);
    Highs_zeroAllClocks(highs_);
    if (!options.incumbent.empty()) {
      check(Highs_setSolution(highs_, options.incumbent.data(), nullptr, nullptr, nullptr));
    }
    const int ran = Highs_run(highs_);
    Solution solution = read();
    // Presolve has called feasible programs infeasible; a second run without it settles the matter.
    if (ran == kHighsStatusError || solution.status == Status::kInfeasible ||
        solution.status == Status::kFailed) {
      Highs_clearSolver(highs_);
      Highs_setStringOptionValue(highs_, "presolve", "off");
      Highs_run(highs_);
      solution = read();
      Highs_setStringOptionValue(highs_, "presolve", "choose");
    }
    return solution;
  }

  Basis basis() const override {
    int valid = kHighsBasisValidityInvalid;
    Highs_getIntInfoValue(highs_, "basis_validity", &valid);
    if (valid != kHighsBasisValidityValid) return {};
    Basis basis{std::vector<int>(static_cast<std::size_t>(Highs_getNumCol(highs_))),
                std::vector<int>(static_cast<std::size_t>(Highs_getNumRow(highs_)))};
    check(Highs_getBasis(highs_, basis.columns.data(), basis.rows.data()));
    return basis;
  }
  void start_from(const Basis& basis) override {
    check(Highs_setBasis(highs_, basis.columns.data(), basis.rows.data()));
  }

 private:
  void use_heuristics(bool use) {
    for (const char* option :
         {"mip_heuristic_run_feasibility_jump", "mip_heuristic_run_rins", "mip_heuristic_run_rens",
          "mip_heuristic_run_root_reduced_cost", "mip_allow_restart", "mip_detect_symmetry"}) {
      check(Highs_setBoolOptionValue(highs_, option, use ? 1 : 0));
    }
    check(Highs_setDoubleOptionValue(highs_, "mip_heuristic_effort", use ? 0.05 : 0.0));
  }
  double limit(double value) const {
    return std::isinf(value) ? std::copysign(Highs_getInfinity(highs_), value) : value;
  }
  static void check(int status) { expects(status != kHighsStatusError, "HiGHS takes the program"); }

  void pass(const LinearProgram& program) {
    const std::size_t columns = program.columns.size();
    std::vector<double> cost(columns), lower(columns), upper(columns);
    std::vector<int> integrality(columns);
    for (std::size_t j = 0; j < columns; ++j) {
      const Column& column = program.columns[j];
      cost[j] = column.objective;
      lower[j] = limit(column.lower);
      upper[j] = limit(column.upper);
      whole_[j] = column.whole;
      any_whole_ = any_whole_ || column.whole;
      integrality[j] = column.whole ? kHighsVarTypeInteger : kHighsVarTypeContinuous;
    }
    std::vector<double> row_lower, row_upper, value;
    std::vector<int> start(program.row_start.begin(), program.row_start.end()), index;
    for (const Interval& row : program.rows) {
      row_lower.push_back(limit(row.lower));
      row_upper.push_back(limit(row.upper));
    }
    for (const Term& term : program.terms) {
      index.push_back(term.column);
      value.push_back(term.coefficient);
    }
    check(Highs_passModel(highs_, static_cast<int>(columns), static_cast<int>(program.rows.size()),
                          static_cast<int>(index.size()), 0, kHighsMatrixFormatRowwise,
                          kHighsHessianFormatTriangular, kHighsObjSenseMinimize, program.offset,
                          cost.data(), lower.data(), upper.data(), row_lower.data(),
                          row_upper.data(), start.data(), index.data(), value.data(), nullptr,
                          nullptr, nullptr, any_whole_ ? integrality.data() : nullptr));
  }

  Solution read() const {
    Solution solution;
    const int model = Highs_getModelStatus(highs_);
    solution.reason = status_word(model);
    solution.status = meaning(model);
    Highs_getIntInfoValue(highs_, "simplex_iteration_count", &solution.iterations);
    const bool whole = any_whole_ && !relaxed_;
    solution.bound = -kInfinity;
    if (whole) Highs_getDoubleInfoValue(highs_, "mip_dual_bound", &solution.bound);
    int primal = kHighsSolutionStatusNone;
    Highs_getIntInfoValue(highs_, "primal_solution_status", &primal);
    if (primal != kHighsSolutionStatusFeasible) return solution;
    const auto columns = static_cast<std::size_t>(Highs_getNumCol(highs_));
    const auto rows = static_cast<std::size_t>(Highs_getNumRow(highs_));
    solution.values.resize(columns);
    solution.reduced_costs.resize(columns);
    solution.duals.resize(rows);
    std::vector<double> activity(rows);
    check(Highs_getSolution(highs_, solution.values.data(), solution.reduced_costs.data(),
                            activity.data(), solution.duals.data()));
    solution.objective = Highs_getObjectiveValue(highs_);
    if (whole) {
      solution.duals.clear();
      solution.reduced_costs.clear();
    } else if (solution.status == Status::kOptimal) {
      solution.bound = solution.objective;
    }
    return solution;
  }

  static Status meaning(int model) {
    if (model == kHighsModelStatusOptimal || model == kHighsModelStatusModelEmpty) {
      return Status::kOptimal;
    }
    if (model == kHighsModelStatusInfeasible) return Status::kInfeasible;
    if (model == kHighsModelStatusUnbounded) return Status::kUnbounded;
    if (model == kHighsModelStatusTimeLimit) return Status::kTimeLimit;
    return Status::kFailed;
  }
  static std::string status_word(int model) {
    switch (model) {
      case kHighsModelStatusOptimal:
        return "optimal";
      case kHighsModelStatusModelEmpty:
        return "empty";
      case kHighsModelStatusInfeasible:
        return "infeasible";
      case kHighsModelStatusUnbounded:
        return "unbounded";
      case kHighsModelStatusUnboundedOrInfeasible:
        return "unbounded or infeasible";
      case kHighsModelStatusTimeLimit:
        return "time limit";
      default:
        return "solver status " + std::to_string(model);
    }
  }

  void* highs_;
  std::vector<bool> whole_;
  bool any_whole_ = false;
  bool relaxed_ = false;
};

}  // namespace

std::unique_ptr<LoadedProgram> HighsSolver::load(const LinearProgram& program) const {
  return std::make_unique<HighsProgram>(program);
}

std::string highs_version() { return Highs_version(); }

}  // namespace offtake::lp
