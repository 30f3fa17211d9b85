#pragma once

#include <string>
#include <vector>

namespace offtake::lp {

enum class Status {
  kOptimal,     ///< To the asked gap.
  kTimeLimit,   ///< Stopped early; `values` may be empty.
  kInfeasible,  ///< No point satisfies all rows.
  kUnbounded,   ///< The objective falls without end.
  kFailed,      ///< The solver gave up; `reason` says how.
};

/// What a solver says of a program that is minimised.
struct Solution {
  Status status = Status::kFailed;
  std::string reason;          ///< The solver's own word for the status.
  double objective = 0.0;      ///< Of `values`.
  double bound = 0.0;          ///< No point is below it; minus infinity if none is known.
  int iterations = 0;          ///< Of the simplex method.
  std::vector<double> values;  ///< [column]
  std::vector<double> duals;   ///< [row] Rise of the objective with the row's limit; empty if
                               ///< columns are whole.
  std::vector<double> reduced_costs;  ///< [column] Rise of the objective with the column's bound.

  bool has_values() const { return !values.empty(); }
  /// (objective - bound) / |objective|
  double gap() const;
};

}  // namespace offtake::lp
