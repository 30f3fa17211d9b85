#include "offtake/lp/mean_program.hpp"

#include <map>
#include <utility>

#include "offtake/base/expects.hpp"

namespace offtake::lp {
namespace {

/// [row, column] Weighted sums of coefficients.
using Coefficients = std::map<std::pair<int, int>, double>;

/// Adds weight x value; an infinite bound stays one.
void add(double& sum, double value, double weight) { sum += weight * value; }

}  // namespace

StochasticProgram mean_program(const StochasticProgram& program) {
  expects(!program.scenarios.empty(), "there is a scenario");
  const LinearProgram& shape = program.scenarios.front().recourse;
  ScenarioBlock mean{.probability = 1.0};
  std::vector<Column> columns(shape.columns.size(), {.lower = 0.0, .upper = 0.0});
  std::vector<Interval> rows(shape.rows.size(), {0.0, 0.0});
  Coefficients inside, coupling;
  for (const ScenarioBlock& block : program.scenarios) {
    const LinearProgram& recourse = block.recourse;
    expects(recourse.columns.size() == columns.size() && recourse.rows.size() == rows.size(),
            "the scenarios have one shape");
    const double p = block.probability;
    add(mean.recourse.offset, recourse.offset, p);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      add(columns[j].objective, recourse.columns[j].objective, p);
      add(columns[j].lower, recourse.columns[j].lower, p);
      add(columns[j].upper, recourse.columns[j].upper, p);
      columns[j].whole = recourse.columns[j].whole;
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
      add(rows[row].lower, recourse.rows[row].lower, p);
      add(rows[row].upper, recourse.rows[row].upper, p);
      for (const Term& term : recourse.row_terms(row)) {
        inside[{static_cast<int>(row), term.column}] += p * term.coefficient;
      }
    }
    for (const Coupling& c : block.coupling) coupling[{c.row, c.column}] += p * c.coefficient;
  }
  for (const Column& column : columns) mean.recourse.add_column(column);
  auto next = inside.begin();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    std::vector<Term> terms;
    for (; next != inside.end() && next->first.first == static_cast<int>(row); ++next) {
      terms.push_back({next->first.second, next->second});
    }
    mean.recourse.add_row(rows[row], terms);
  }
  for (const auto& [place, coefficient] : coupling) {
    mean.coupling.push_back({place.first, place.second, coefficient});
  }
  return {program.first_stage, {mean}};
}

}  // namespace offtake::lp
