#include "offtake/measurement/step_row.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "offtake/measurement/row_reader.hpp"

namespace offtake::measurement {
namespace {

constexpr std::string_view kColumns[] = {"prompt_tokens", "sequences", "context_tokens", "step_ms"};

StepRow read_row(RowReader& reader, const CsvTable& table, const CsvTable::Row& row) {
  StepRow step{.place = {table.file(), row.line, 0},
               .prompt_tokens = reader.count(row, "prompt_tokens").value_or(0),
               .sequences = reader.count(row, "sequences").value_or(0),
               .context_tokens = reader.count(row, "context_tokens").value_or(0)};
  if (table.cell(row, "step_ms").empty()) reader.reject(row, "step_ms", "a number above zero");
  step.time = Seconds::in_base_units(1e-3 * reader.positive(row, "step_ms").value_or(1.0));
  if (step.sequences == 0) step.context_tokens = 0;
  if (step.sequences > 0 && step.context_tokens == 0) {
    reader.reject(row, "context_tokens", "tokens in the cache of each sequence");
  }
  if (step.prompt_tokens == 0 && step.sequences == 0) {
    reader.reject(row, "prompt_tokens", "tokens of prompts, or sequences");
  }
  return step;
}

/// Of the whole table.
void require_kinds(const CsvTable& table, const std::vector<StepRow>& steps,
                   std::vector<Problem>& problems) {
  const auto with_prompts = [](const StepRow& step) { return step.prompt_tokens > 0; };
  if (std::ranges::none_of(steps, with_prompts)) {
    problems.push_back({{table.file(), 0, 0}, "prompt_tokens", "a step with prompts", "none"});
  }
  if (std::ranges::all_of(steps, with_prompts)) {
    problems.push_back({{table.file(), 0, 0}, "prompt_tokens", "a step of decodes alone", "none"});
  }
}

}  // namespace

std::vector<StepRow> read_step_rows(const CsvTable& table) {
  RowReader reader(table);
  reader.require_columns(kColumns);
  reader.finish();
  std::vector<StepRow> steps;
  std::set<std::tuple<int, int, int>> seen;
  for (const CsvTable::Row& row : table.rows()) {
    steps.push_back(read_row(reader, table, row));
    const StepRow& step = steps.back();
    if (!seen.emplace(step.prompt_tokens, step.sequences, step.context_tokens).second) {
      reader.reject(row, "prompt_tokens", "a step that is not given before");
    }
  }
  reader.finish();
  std::vector<Problem> problems;
  require_kinds(table, steps, problems);
  if (!problems.empty()) throw InputError(problems);
  return steps;
}

}  // namespace offtake::measurement
