#include "offtake/lp/extensive_form.hpp"

#include <vector>

namespace offtake::lp {
namespace {

/// Terms of each row of `block`, with columns counted in the extensive form.
std::vector<std::vector<Term>> shifted_rows(const ScenarioBlock& block, int first_column) {
  std::vector<std::vector<Term>> rows(block.recourse.rows.size());
  for (const Coupling& c : block.coupling) {
    rows[static_cast<std::size_t>(c.row)].push_back({c.column, c.coefficient});
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (const Term& term : block.recourse.row_terms(row)) {
      rows[row].push_back({first_column + term.column, term.coefficient});
    }
  }
  return rows;
}

}  // namespace

LinearProgram extensive_form(const StochasticProgram& program, const RiskWeight& risk) {
  LinearProgram all = program.first_stage;
  const double on_mean = 1.0 - risk.lambda;
  all.offset *= on_mean;
  for (Column& column : all.columns) column.objective *= on_mean;
  const auto first_stage_columns = static_cast<int>(program.first_stage.columns.size());
  const bool tail = risk.lambda > 0.0;
  const int edge = tail ? all.add_column({.objective = risk.lambda, .lower = -kInfinity}) : -1;

  for (const ScenarioBlock& block : program.scenarios) {
    const auto first = static_cast<int>(all.columns.size());
    all.offset += on_mean * block.probability * block.recourse.offset;
    for (Column column : block.recourse.columns) {
      column.objective *= on_mean * block.probability;
      all.add_column(column);
    }
    const auto rows = shifted_rows(block, first);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      all.add_row(block.recourse.rows[row], rows[row]);
    }
    if (!tail) continue;
    // excess >= C_s - edge
    const int excess =
        all.add_column({.objective = risk.lambda * block.probability / (1.0 - risk.alpha)});
    std::vector<Term> row = {{excess, 1.0}, {edge, 1.0}};
    for (int j = 0; j < first_stage_columns; ++j) {
      row.push_back({j, -program.first_stage.columns[static_cast<std::size_t>(j)].objective});
    }
    for (std::size_t j = 0; j < block.recourse.columns.size(); ++j) {
      row.push_back({first + static_cast<int>(j), -block.recourse.columns[j].objective});
    }
    all.add_row(at_least(program.first_stage.offset + block.recourse.offset), row);
  }
  return all;
}

}  // namespace offtake::lp
