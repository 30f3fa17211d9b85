#pragma once

#include <expected>

#include "offtake/hardware/system.hpp"
#include "offtake/perf/sharded_model.hpp"

namespace offtake::perf {

/// HBM of the fullest chip, by what it holds.
struct MemoryUse {
  Bytes weights;
  Bytes kv_cache;
  Bytes activations;
  Bytes reserve;  ///< Runtime, graphs, communication buffers.

  constexpr Bytes total() const { return weights + kv_cache + activations + reserve; }
};

struct DoesNotFit {
  Bytes needed;
  Bytes available;
};

/// HBM that the stack may use.
Bytes memory_available(const hardware::System& system);

/// Weights of one chip, the vocabulary's tables on the first or last stage included, and the layers
/// of a drafter on the last.
Bytes weights_of_chip(const ShardedModel& model);

/// What a chip holds to run `sequences` of up to `context` tokens.
std::expected<MemoryUse, DoesNotFit> serving_memory(const ShardedModel& model,
                                                    const hardware::System& system,
                                                    double sequences, double context);

}  // namespace offtake::perf
