#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "offtake/lp/linear_program.hpp"
#include "offtake/lp/smps_text.hpp"

namespace offtake::lp {

/// From this magnitude on a bound is none, as files write 1e30 for it.
constexpr double kNoBound = 1e20;

enum class RowKind {
  kFree,     ///< N: the objective if it is the first of them, else without a meaning.
  kAtMost,   ///< L
  kAtLeast,  ///< G
  kEqual,    ///< E
};

/// How a row's limits are written: a right-hand side, and a range where it has two sides.
struct CoreRow {
  RowKind kind = RowKind::kFree;
  double right_side = 0.0;
  std::optional<double> range;

  /// R of a range on row of right-hand side b: at most, [b - |R|, b]; at least, [b, b + |R|];
  /// equal, [b, b + R] or, where R is below zero, [b + R, b].
  Interval interval() const;
};

/// What a line of BOUNDS says of a column.
enum class BoundKind { kLower, kUpper, kFixed, kFree, kNoLower, kNoUpper };

/// Whether no number lies within the bounds of `column`.
bool is_empty(const Column& column);

/// Moves the bounds of `column`. An upper bound below zero takes away a lower bound of zero.
void set_bound(Column& column, BoundKind kind, double value);

/// The figures of a core file: a program as if the future were known. The objective is a row, its
/// right-hand side the constant taken off it.
struct CoreProgram {
  bool maximise = false;
  std::size_t objective = 0;  ///< Index of the row.
  std::vector<CoreRow> rows;
  std::vector<Column> columns;           ///< Their objective is in the objective's row.
  std::vector<std::vector<Term>> terms;  ///< [row], each column at most once.
};

/// Names of a core file; indices are those of CoreProgram.
struct CoreNames {
  std::vector<std::string> rows;
  std::vector<std::string> columns;
  std::unordered_map<std::string, int> row_index;
  std::unordered_map<std::string, int> column_index;
  std::string right_sides, ranges, bounds;  ///< Of the sets, as the file names them; may be empty.

  std::optional<int> row(const std::string& name) const;
  std::optional<int> column(const std::string& name) const;
};

struct CoreFile {
  CoreProgram program;
  CoreNames names;
};

/// BoundKind of "LO", "LI", "UP", "UI", "FX", "FR", "MI" or "PL"; nothing for others.
std::optional<BoundKind> bound_kind(std::string_view word);

/// Reads MPS in `form`: NAME, OBJSENSE, OBJSENSE MAX, ROWS, COLUMNS with integer markers, RHS,
/// RANGES, BOUNDS, ENDATA. Whole columns without a bound are 0 or 1, others start at zero. One set
/// of right-hand sides, ranges and bounds is read; a second one is a problem.
/// Source: IBM, "CPLEX file formats: MPS"; SAS/OR, "The MPS-format SAS data set".
CoreFile read_core(const SmpsFile& file, SmpsForm form, SmpsProblems& problems);

}  // namespace offtake::lp
