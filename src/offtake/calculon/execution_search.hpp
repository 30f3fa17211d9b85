#pragma once

#include <cstddef>
#include <vector>

#include "offtake/base/parallel.hpp"
#include "offtake/calculon/batch_time.hpp"
#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/execution_space.hpp"
#include "offtake/calculon/machine.hpp"
#include "offtake/calculon/memory.hpp"
#include "offtake/calculon/transformer.hpp"

namespace offtake::calculon {

struct FoundExecution {
  Execution execution;
  BatchTime time;
  MemoryUse memory;
  double sample_rate = 0.0;  ///< Samples a second.
};

struct ExecutionSearch {
  std::vector<FoundExecution> best;  ///< Highest sample rate first; ties by `tried_before`.
  std::size_t evaluated = 0;         ///< Executions of the space, as Calculon counts them.
  std::size_t feasible = 0;          ///< Of these, those that lie on the networks and fit.
  std::size_t timed = 0;             ///< Of these, those whose time was computed.
};

/// Whether executions that cannot be among the best are timed nevertheless.
enum class Pruning { kByBound, kNone };

/// The `best_count` executions of the space with the highest sample rate. A block is computed once
/// for each choice that it depends on, and memory is counted before time. The answer depends
/// neither on the pruning nor on the threads.
ExecutionSearch search_executions(const Transformer& model, const Machine& machine,
                                  const ExecutionSpace& space, std::size_t best_count,
                                  Parallelism parallelism, Pruning pruning = Pruning::kByBound);

}  // namespace offtake::calculon
