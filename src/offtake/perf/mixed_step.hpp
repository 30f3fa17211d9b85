#pragma once

#include <algorithm>
#include <cstddef>
#include <span>

#include "offtake/perf/prefill.hpp"
#include "offtake/perf/sharded_model.hpp"
#include "offtake/perf/step_cost.hpp"

namespace offtake::perf {

/// What a step computes of one prompt.
struct PromptChunk {
  double computed = 1;  ///< Tokens.
  double cached = 0;    ///< Tokens before them whose cache is there.
  bool last = true;     ///< Whether it ends the prompt, so that a token is sampled.
};

/// Tokens as which a chunk is computed: where graphs are compiled for one length of prompts, a
/// prompt's last chunk is filled up to it.
constexpr double tokens_computed(const ShardedModel& model, const PromptChunk& chunk) {
  const double left = model.assumptions.prompt_compiled - chunk.cached;
  return chunk.last ? std::max(chunk.computed, left) : chunk.computed;
}

/// Chunks of a step that share a rank, when it has `chunks`.
constexpr double chunks_of_rank(const ShardedModel& model, std::size_t chunks) {
  return std::max(1.0, static_cast<double>(chunks) / model.layout.attention_data);
}

/// Attention of one chunk on its rank in all layers, beside others: where operations are measured,
/// its part of the time of `of_rank` like it.
inline Seconds attention_time(const ShardedModel& model, const PromptChunk& chunk, double of_rank) {
  return prefill_attention_time(model, {.prompts = of_rank,
                                        .computed = tokens_computed(model, chunk),
                                        .cached = chunk.cached}) /
         of_rank;
}

/// The chunks of a step, added up.
struct PromptLoad {
  double tokens = 0;
  double tokens_most = 0;  ///< Of one chunk.
  double ended = 0;        ///< Prompts of which a token is sampled.
  Seconds attention;
  Seconds attention_most;  ///< Of one chunk.

  constexpr void add(const PromptChunk& chunk, double computed, Seconds attention_of_chunk) {
    tokens += computed;
    tokens_most = std::max(tokens_most, computed);
    ended += chunk.last ? 1.0 : 0.0;
    attention += attention_of_chunk;
    attention_most = std::max(attention_most, attention_of_chunk);
  }
};

/// The heaviest of the micro-batches in which such a load passes the stages. Of d attention ranks
/// one holds r = max(largest chunk, all / d) tokens, and takes as many as fit into the token budget
/// of a step, `chunk_tokens`, with the first of p micro-batches: min(r, chunk_tokens). No more fit
/// into a round than p times that; what a caller adds beyond is spread evenly, r / p.
constexpr PromptBatch heaviest_batch(const ShardedModel& model, const PromptLoad& load) {
  const double ranks = model.layout.attention_data;
  const double of_rank = std::max(load.tokens_most, load.tokens / ranks);
  const double chunk = model.assumptions.chunk_tokens;
  const double share =
      of_rank <= chunk ? 1.0 : std::max(1.0 / model.layout.pipeline, chunk / of_rank);
  const double sampled = load.ended > 0.0 ? std::max(1.0, share * load.ended / ranks) : 0.0;
  return {
      .tokens = {.of_rank = share * of_rank, .of_stage = share * load.tokens, .sampled = sampled},
      .attention = share * std::max(load.attention_most, load.attention / ranks),
      .of_several = share < 1.0};
}

/// What prompts and decodes pass together. Experts are read once for all tokens, also by a stack
/// that gathers them for each of a decode.
constexpr StepTokens mixed_tokens(const StepTokens& prompts, const StepTokens& decodes) {
  return {.of_rank = prompts.of_rank + decodes.of_rank,
          .of_stage = prompts.of_stage + decodes.of_stage,
          .sampled = prompts.sampled + decodes.sampled};
}

/// Prompt tokens that a replica takes into one step: `chunk_tokens` on each attention rank and in
/// each micro-batch of its stages.
double prompt_tokens_per_step(const ShardedModel& model);

/// One step that computes chunks of `prompts` while `sequences`, which may be none, decode at a
/// mean context of `context` tokens. All pass the products, the collectives and what is fixed
/// together, and attention by themselves:
///   time = f fused + (1 - f) (step of the prompts alone + decode_cost)
/// with f the stack's `prefill_fused`. Without prompts it is decode_cost, for one chunk without
/// decodes prefill_cost, for equal whole prompts on each rank prefill_cost_of_prompts. A step
/// through p stages is a round in which each of p micro-batches passes once, so it takes what the
/// heaviest takes (`heaviest_batch`) with 1 / p of the sequences; where there is more than one
/// micro-batch, stages wait for one another as `pipeline_fill` says. Per prompt token of a full
/// round this is prefill_share, but that it has the step's fixed time and the cache's reading, and
/// that only busy time is stretched by the wait, as in decode_cost. What a simulation brings forth
/// by itself is not in here: `prefill_overlap`, `wave_overlap`, `prompt_queue`, `first_wave`; nor
/// is `fixed.request`, which each request has once. With speculation the decodes are verified and
/// drafted as decode_cost has it, the prompts are not drafted.
/// Source of mixed steps: Agrawal et al., "Sarathi-Serve", OSDI 2024.
StepCost mixed_step_cost(const ShardedModel& model, std::span<const PromptChunk> prompts,
                         double sequences, double context);

}  // namespace offtake::perf
