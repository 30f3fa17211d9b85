#pragma once

#include <cstddef>
#include <initializer_list>
#include <limits>
#include <span>
#include <vector>

namespace offtake::lp {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// One variable: its price in the objective and the interval it may lie in.
struct Column {
  double objective = 0.0;
  double lower = 0.0;
  double upper = kInfinity;
  bool whole = false;  ///< Takes whole numbers only.
};

/// One coefficient of a row.
struct Term {
  int column;
  double coefficient;
  bool operator==(const Term&) const = default;
};

/// The interval in which a row's activity must lie.
struct Interval {
  double lower = -kInfinity;
  double upper = kInfinity;
  bool operator==(const Interval&) const = default;
};

constexpr Interval at_least(double lower) { return {lower, kInfinity}; }
constexpr Interval at_most(double upper) { return {-kInfinity, upper}; }
constexpr Interval equal_to(double value) { return {value, value}; }

/// minimise `offset` + objective . x, with every row's activity and every x in its interval. Rows
/// are kept one after another: row r holds the terms row_start[r] ... row_start[r + 1] - 1.
struct LinearProgram {
  double offset = 0.0;
  std::vector<Column> columns;
  std::vector<Interval> rows;
  std::vector<std::size_t> row_start = {0};
  std::vector<Term> terms;

  /// Both return the index of what was added. Terms of a row name each column at most once.
  int add_column(const Column& column);
  int add_row(Interval interval, std::span<const Term> row);
  int add_row(Interval interval, std::initializer_list<Term> row) {
    return add_row(interval, std::span(row.begin(), row.size()));
  }

  std::span<const Term> row_terms(std::size_t row) const {
    return std::span(terms).subspan(row_start[row], row_start[row + 1] - row_start[row]);
  }
};

}  // namespace offtake::lp
