#include "offtake/perf/kv_transfer.hpp"

#include <algorithm>

#include "offtake/perf/kv_cache.hpp"

namespace offtake::perf {

KvTransfer kv_transfer(const ShardedModel& model, int chips) {
  const SustainedNetwork& network = model.network;
  const bool inside = chips <= network.scale_up.chips || !network.scale_out;
  return {.bandwidth = inside ? network.scale_up.bandwidth : network.scale_out->bandwidth,
          .handshake = model.assumptions.kv_handshake};
}

Seconds kv_transfer_time(const ShardedModel& prefill, const ShardedModel& decode, double input,
                         const KvTransfer& transfer) {
  const Bytes sent = kv_cache_per_sequence(prefill, input);
  const Bytes received = kv_cache_per_sequence(decode, input);
  return transfer.handshake + std::max(sent, received) / transfer.bandwidth;
}

}  // namespace offtake::perf
