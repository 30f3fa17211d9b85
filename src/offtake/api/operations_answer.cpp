#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "offtake/api/measured_systems.hpp"
#include "offtake/api/perf_answer.hpp"
#include "offtake/api/text_table.hpp"
#include "offtake/fidelity/operation_error.hpp"

namespace offtake::api {
namespace {

using Json = nlohmann::ordered_json;

struct StackErrors {
  const fidelity::StackOperations* measured = nullptr;
  std::optional<hardware::System> system;  ///< None when the catalog has no such chip or stack.
  std::vector<fidelity::OperationError> errors;
};

std::optional<hardware::System> system_of(const fidelity::StackOperations& measured,
                                          const catalog::Catalog& catalog) {
  for (const catalog::ServingStack& stack : catalog.serving_stacks()) {
    if (stack.id != measured.stack) continue;
    for (const hardware::System& system : catalog.systems()) {
      if (system.chip.id == measured.chip) return catalog.on_stack(system, stack.id);
    }
  }
  return std::nullopt;
}

Json summary_json(const fidelity::RatioSummary& summary) {
  if (summary.rows == 0) return nullptr;
  return {{"rows", summary.rows},
          {"median", summary.median},
          {"p90", summary.p90},
          {"bias", summary.bias}};
}

std::string percent(const fidelity::RatioSummary& summary, double share) {
  return summary.rows == 0 ? "–" : fmt::format("{:.1f}%", 100.0 * share);
}

std::vector<std::string> cells(const fidelity::StackOperations& measured,
                               const fidelity::OperationError& error) {
  return {measured.chip,
          measured.stack,
          std::string(measurement::name(error.kind)),
          std::string(hardware::name(error.format)),
          fmt::format("{}", error.model.rows),
          percent(error.model, error.model.median),
          percent(error.model, error.model.p90),
          percent(error.model, error.model.bias),
          fmt::format("{}", error.table.rows),
          percent(error.table, error.table.median),
          percent(error.table, error.table.p90)};
}

}  // namespace

Response answer_operations(const OperationsRequest& request, const catalog::Catalog& catalog,
                           Parallelism parallelism, int width) {
  const std::vector<fidelity::StackOperations> measured = read_operations(request.file);
  std::vector<StackErrors> stacks;
  for (const fidelity::StackOperations& one : measured) {
    stacks.push_back({.measured = &one, .system = system_of(one, catalog)});
  }
  for_each_index(stacks.size(), parallelism, [&](std::size_t index) {
    StackErrors& stack = stacks[index];
    if (!stack.system) return;
    stack.errors = fidelity::operation_errors(stack.measured->operations, *stack.system);
  });

  Json operations = Json::array();
  std::vector<std::vector<std::string>> rows;
  std::string left_out;
  for (const StackErrors& stack : stacks) {
    const fidelity::StackOperations& of = *stack.measured;
    if (!stack.system)
      left_out += fmt::format("not in the catalog: {} with {}\n", of.chip, of.stack);
    for (const fidelity::OperationError& error : stack.errors) {
      rows.push_back(cells(of, error));
      operations.push_back({{"chip", of.chip},
                            {"stack", of.stack},
                            {"operation", measurement::name(error.kind)},
                            {"format", hardware::name(error.format)},
                            {"model", summary_json(error.model)},
                            {"table_held_out", summary_json(error.table)}});
    }
  }
  const std::vector<TextColumn> columns{{"chip"},
                                        {"stack"},
                                        {"operation"},
                                        {"format"},
                                        {"rows", Align::kRight},
                                        {"model median", Align::kRight},
                                        {"P90", Align::kRight},
                                        {"bias", Align::kRight},
                                        {"held out", Align::kRight},
                                        {"table median", Align::kRight},
                                        {"P90", Align::kRight}};
  return {.outcome = rows.empty() ? Outcome::kTrueNo : Outcome::kAnswered,
          .text = "Errors of single operations, |predicted / measured - 1|\n" +
                  text_table(columns, rows, width) + left_out,
          .json = Json{{"operations", operations}}.dump(2)};
}

}  // namespace offtake::api
