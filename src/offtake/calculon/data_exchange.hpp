#pragma once

#include "offtake/calculon/batch_time.hpp"
#include "offtake/calculon/execution.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

/// What one chunk of the first stage does in a backward pass, as far as it may hide the exchange of
/// gradients.
struct ChunkBackward {
  Seconds time;         ///< Of a micro-batch, with its message to the stage before.
  Seconds inner_block;  ///< Of its blocks but the last.
  Seconds last_block;
  Seconds message;
};

/// Exchange of one block's gradients over the replicas: an all-reduce, or with a sharded optimizer
/// a reduce-scatter and an all-gather.
Seconds block_data_exchange_time(const Execution& execution, const BatchCosts& costs);

/// What of the exchange of all gradients stays in the open. With overlap, all chunks but the last
/// hide behind the backward passes of as many micro-batches as there are stages, and the last one's
/// blocks but one behind itself.
Seconds exposed_data_exchange_time(const Execution& execution, const BatchCosts& costs,
                                   const ChunkBackward& chunk);

}  // namespace offtake::calculon
