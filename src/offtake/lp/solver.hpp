#pragma once

#include <memory>
#include <span>
#include <vector>

#include "offtake/lp/linear_program.hpp"
#include "offtake/lp/solution.hpp"

namespace offtake::lp {

struct SolveOptions {
  double gap = 1e-6;                ///< Relative; only of programs with whole columns.
  double gap_absolute = 0.0;        ///< In the objective's unit; a run ends when either gap is met.
  double time_limit_s = kInfinity;  ///< A run that ends by it may differ between machines.
  std::vector<double> incumbent;    ///< A feasible point to start from, or empty.
  int seed = 0;
  bool heuristics = true;  ///< Look for good points beside branching; a waste where the program is
                           ///< small and solved again and again.
};

/// Where a solver's last run ended, for another program of the same shape to start from.
struct Basis {
  std::vector<int> columns;  ///< [column] The solver's own code.
  std::vector<int> rows;     ///< [row]
  bool fits(const LinearProgram& program) const {
    return columns.size() == program.columns.size() && rows.size() == program.rows.size();
  }
};

/// A program inside a solver. Solving it again after a change starts from where the last run ended.
/// One thread at a time may use it.
class LoadedProgram {
 public:
  virtual ~LoadedProgram() = default;
  /// Moves the limits of `rows`, each named once.
  virtual void set_rows(std::span<const int> rows, std::span<const Interval> intervals) = 0;
  virtual void set_column_interval(int column, Interval interval) = 0;
  virtual void set_objective(int column, double objective) = 0;
  virtual void add_row(Interval interval, std::span<const Term> terms) = 0;
  /// Takes away `rows`, which ascend; the rows after them move up.
  virtual void remove_rows(std::span<const int> rows) = 0;
  /// Drops or restores the demand that whole columns take whole numbers.
  virtual void set_relaxed(bool relaxed) = 0;
  virtual Solution solve(const SolveOptions& options) = 0;
  /// Empty before the first run and after one without an optimum.
  virtual Basis basis() const = 0;
  virtual void start_from(const Basis& basis) = 0;
};

/// The port through which the project solves linear and mixed-integer programs.
class Solver {
 public:
  virtual ~Solver() = default;
  virtual std::unique_ptr<LoadedProgram> load(const LinearProgram& program) const = 0;

  Solution solve(const LinearProgram& program, const SolveOptions& options = {}) const {
    return load(program)->solve(options);
  }
};

}  // namespace offtake::lp
