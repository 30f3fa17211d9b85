#pragma once

#include <span>
#include <string>
#include <vector>

#include "offtake/measurement/operation_file.hpp"
#include "offtake/perf/measured_operations.hpp"

namespace offtake::fidelity {

/// The operations of one chip with one stack.
struct StackOperations {
  std::string chip;   ///< Catalog id.
  std::string stack;  ///< Catalog id.
  perf::MeasuredOperations operations;
};

/// The rows by chip and stack, in the model's terms. Throws one InputError with every format that
/// is not known, by its line of `file`.
std::vector<StackOperations> operations_by_stack(std::span<const measurement::OperationRow> rows,
                                                 const std::string& file);

}  // namespace offtake::fidelity
