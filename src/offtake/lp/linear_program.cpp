#include "offtake/lp/linear_program.hpp"

#include "offtake/base/expects.hpp"

namespace offtake::lp {

int LinearProgram::add_column(const Column& column) {
  expects(column.lower <= column.upper, "a column's interval is not empty");
  columns.push_back(column);
  return static_cast<int>(columns.size()) - 1;
}

int LinearProgram::add_row(Interval interval, std::span<const Term> row) {
  expects(interval.lower <= interval.upper, "a row's interval is not empty");
  for (const Term& term : row) {
    expects(0 <= term.column && term.column < static_cast<int>(columns.size()),
            "a row's columns exist");
    if (term.coefficient != 0.0) terms.push_back(term);
  }
  rows.push_back(interval);
  row_start.push_back(terms.size());
  return static_cast<int>(rows.size()) - 1;
}

}  // namespace offtake::lp
