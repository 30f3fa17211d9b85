#pragma once

#include <cstdint>
#include <expected>

#include "offtake/hardware/system.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// What a simulation of a replica needs beside the times of its steps.
struct ReplicaFigures {
  std::int64_t cache_tokens = 0;   ///< For which all its attention ranks have cache.
  double output_reserved = 1;      ///< Share of the output for which cache must be free at entry.
  int sequences_max = 0;           ///< That run at a time.
  std::int64_t prompt_tokens = 0;  ///< Of one step at most: perf::prompt_tokens_per_step.
  double tokens_per_step = 1;      ///< That a decode step yields a sequence in the mean: above one
                                   ///< where tokens are drafted.
  Seconds request;                 ///< Of each request before its first token, whatever the load.
  Watts power_idle;                ///< At the site, of all chips, hosts and cooling included.
  Watts power_busy;                ///< The same while engines or memory work.

  /// Blocks of so many tokens, whole ones on each of `ranks` attention ranks.
  constexpr std::int64_t cache_blocks(int block_tokens, int ranks) const {
    return cache_tokens / ranks / block_tokens * ranks;
  }
};

/// Of a replica whose requests are like `typical` in the mean, or how far it is from holding one.
/// Each chip has for cache what the memory leaves beside weights, activations and reserve. A
/// sequence of c tokens takes the cache that perf::kv_cache_per_sequence counts, which for full
/// attention is so many bytes for each token. A full window takes no more with more tokens, and a
/// state takes the same from the first: there each token is charged alike, with what a sequence
/// takes at the typical mean context over that context. Then the mean sequence is charged what it
/// takes, a shorter one too little and a longer one too much.
std::expected<ReplicaFigures, perf::DoesNotFit> replica_figures(const perf::ShardedModel& model,
                                                                const hardware::System& system,
                                                                const perf::RequestShape& typical);

/// How a prompt's cache goes from a prefill worker to a decode worker: `handshake`, then
/// `per_token` for each token over `bandwidth`.
struct CacheLink {
  Bytes per_token;      ///< Of the fuller of a sending and a receiving chip.
  Bandwidth bandwidth;  ///< Of a chip, one direction.
  Seconds handshake;
};

/// Between workers of two pools of `chips` in all. It is perf::kv_transfer_time for a prompt of
/// `input` tokens, and in proportion for others: exact where the cache goes by the token.
CacheLink cache_link(const perf::ShardedModel& prefill, const perf::ShardedModel& decode,
                     double input, int chips);

}  // namespace offtake::study
