#pragma once

#include <memory>
#include <string>
#include <vector>

#include "offtake/api/request.hpp"
#include "offtake/fidelity/operation_rows.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/perf/operation_table.hpp"

namespace offtake::api {

/// The user's file of measured operations. Throws InputError with all that is wrong in it.
std::vector<fidelity::StackOperations> read_operations(const InputFile& file);

/// Those of the system's chip with its serving stack, or null.
std::shared_ptr<const perf::OperationTable> operation_table(
    const std::vector<fidelity::StackOperations>& measured, const hardware::System& system);

/// "h100-sxm with vllm, h200-sxm with sglang": of what there are rows.
std::string found_text(const std::vector<fidelity::StackOperations>& measured);

}  // namespace offtake::api
