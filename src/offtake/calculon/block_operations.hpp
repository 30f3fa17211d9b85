#pragma once

#include <vector>

#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/operation.hpp"
#include "offtake/calculon/transformer.hpp"

namespace offtake::calculon {

/// The operations of one block on one tensor rank for one micro-batch, in the order of the forward
/// pass. The transformer splits over the ranks.
std::vector<Operation> block_operations(const Transformer& model, const BlockOptions& options);

}  // namespace offtake::calculon
