#pragma once

#include "offtake/perf/sharded_model.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// How a prompt's cache moves from a prefill worker to a decode worker.
struct KvTransfer {
  Bandwidth bandwidth;  ///< Of a chip, one direction, sustained.
  Seconds handshake;    ///< Of each request, before its first byte.
};

/// Over the scale-up network where both pools, `chips` in all, lie in one domain or there is no
/// other; else over the scale-out network.
KvTransfer kv_transfer(const ShardedModel& model, int chips);

/// Time from the end of a prefill of `input` tokens until a decode worker has its cache. All chips
/// that hold a part send and receive at once, so the fuller of a sending and a receiving chip sets
/// it: a latent cache is whole on each tensor rank. No layer is sent while the next is computed.
Seconds kv_transfer_time(const ShardedModel& prefill, const ShardedModel& decode, double input,
                         const KvTransfer& transfer);

}  // namespace offtake::perf
