#pragma once

#include <expected>
#include <string>
#include <variant>
#include <vector>

#include "offtake/calculon/batch_time.hpp"
#include "offtake/calculon/block.hpp"
#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/machine.hpp"
#include "offtake/calculon/memory.hpp"
#include "offtake/calculon/transformer.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

/// A network has not the chips for the ranks that are put on it, or would stay partly empty.
struct OffNetwork {
  int network = 0;
  int ranks = 0;
  int chips = 0;
};

/// Offloading needs as many blocks a stage: one runs, one comes, one goes.
inline constexpr int kBlocksToOffload = 3;

struct TooFewBlocks {
  int blocks = 0;
};

struct DoesNotFit {
  Bytes needed;
  Bytes available;
  bool on_host = false;
};

using Refusal = std::variant<OffNetwork, TooFewBlocks, DoesNotFit>;

std::string describe(const Refusal& refusal);

struct Evaluation {
  BlockCost block;
  OptimizerCost optimizer;  ///< Of one block.
  BatchTime time;
  LinkTime link;
  MemoryUse memory;
  double sample_rate = 0.0;  ///< Samples a second, of all replicas.
  /// Share of the matrix engines' peak that all operations but repeated ones make up, vector ones
  /// and the optimizer's included: Calculon's "total efficiency".
  double efficiency = 0.0;
};

/// Rules that an execution keeps for its model; what it breaks, one sentence each.
std::vector<std::string> execution_problems(const Execution& execution, const Transformer& model);

/// Whether the ranks lie on the networks they are put on.
std::expected<void, OffNetwork> lie_on_networks(const Execution& execution, const Machine& machine);

std::expected<void, DoesNotFit> fit(const MemoryUse& use, const Machine& machine);

/// Time and memory of an execution without problems.
std::expected<Evaluation, Refusal> evaluate(const Execution& execution, const Transformer& model,
                                            const Machine& machine);

}  // namespace offtake::calculon
