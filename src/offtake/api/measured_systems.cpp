#include "offtake/api/measured_systems.hpp"

#include "offtake/measurement/operation_file.hpp"

namespace offtake::api {

std::vector<fidelity::StackOperations> read_operations(const InputFile& file) {
  const measurement::CsvTable table(file.text, file.name);
  return fidelity::operations_by_stack(measurement::read_operation_rows(table), file.name);
}

std::shared_ptr<const perf::OperationTable> operation_table(
    const std::vector<fidelity::StackOperations>& measured, const hardware::System& system) {
  for (const fidelity::StackOperations& one : measured) {
    if (one.chip == system.chip.id && one.stack == system.serving.stack) {
      return std::make_shared<const perf::OperationTable>(one.operations, system.chip);
    }
  }
  return nullptr;
}

std::string found_text(const std::vector<fidelity::StackOperations>& measured) {
  std::string text;
  for (const fidelity::StackOperations& one : measured) {
    text += (text.empty() ? "" : ", ") + one.chip + " with " + one.stack;
  }
  return text.empty() ? "no rows" : text;
}

}  // namespace offtake::api
