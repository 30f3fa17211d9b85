#pragma once

#include <cstdint>

#include "offtake/serve/step_timer.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// How prompts and decodes share the steps of a replica.
enum class Batching {
  kChunked,       ///< Prompts fill what decodes leave of a step's token budget, in chunks.
  kPromptsFirst,  ///< A step computes prompts, or decodes; prompts go first.
  kStatic,        ///< A batch begins together, and none joins before its last token.
};

/// What a replica does.
enum class Role {
  kBoth,
  kPrefill,  ///< Hands its caches to a decode replica.
  kDecode,   ///< Takes caches from prefill replicas.
};

/// What becomes of the newest sequence when the cache has no block left for a step.
enum class Preemption {
  kRecompute,  ///< Its cache is dropped; it waits, first of its level, to be computed anew.
  kSwap,       ///< Its cache is moved to the memory of the host, and back before others enter.
};

/// Tokens are drafted, and a step verifies them: the first `draft_tokens` that are accepted are
/// kept, and one more.
struct SpeculativeDecoding {
  int draft_tokens = 0;     ///< Zero is no speculation.
  double acceptance = 0.0;  ///< Chance that a draft is accepted once those before it are.

  bool operator==(const SpeculativeDecoding&) const = default;
};

/// One replica: how it batches, what it holds, how long its steps take.
struct ReplicaSettings {
  const StepTimer* timer = nullptr;
  Role role = Role::kBoth;
  Batching batching = Batching::kChunked;
  int sequences_max = 128;           ///< Prompts in work and decodes together.
  std::int64_t token_budget = 2048;  ///< Of a step; a decode takes one, with drafts one more each.
  std::int64_t kv_blocks = 1;        ///< Of the cache.
  int block_tokens = 16;
  int prefix_blocks = 0;  ///< KV blocks of a prefix block; zero keeps no prefixes.
  /// Share of the output for which a request must find room when it is let in; at one, no request
  /// is ever preempted.
  double output_reserved = 0.0;
  double watermark = 0.01;  ///< Share of the cache that stays free when a prompt is let in.
  Preemption preemption = Preemption::kRecompute;
  Picoseconds swap_per_token = 0;  ///< To move a token's cache to the host, or back.
  SpeculativeDecoding speculation;
  /// Between a step's end and the user, and between a request and its queue, together: the front
  /// end, the network, the tokenizer.
  SimTime request_overhead;
  bool jump = true;  ///< Runs equal decode steps at once; the answer is the same.
  std::uint64_t seed = 1;
};

}  // namespace offtake::serve
