#pragma once

#include <optional>
#include <variant>

namespace offtake::model {

/// Attention with `kv_heads` groups of query heads; multi-head when both counts are equal,
/// multi-query with one. Source: Ainslie et al., "GQA", EMNLP 2023.
struct GroupedQueryAttention {
  int heads = 1;
  int kv_heads = 1;
  int head_dim = 128;
  std::optional<int> window;  ///< Tokens back that a sliding-window layer sees.
};

/// Picks the tokens that a sparse attention reads. Source: DeepSeek-AI, "DeepSeek-V3.2", 2025.
struct TokenIndexer {
  int heads = 64;
  int head_dim = 128;  ///< One key of this size is kept for each token.
  int tokens_max = 2048;
};

/// Multi-head latent attention: a low-rank latent and a small rotary key are cached for all heads.
/// Source: DeepSeek-AI, "DeepSeek-V2", 2024.
struct LatentAttention {
  int heads = 1;
  int query_rank = 0;  ///< Zero: the query is projected directly.
  int kv_rank = 512;
  int nope_dim = 128;  ///< Of a head's query and key, without position.
  int rope_dim = 64;   ///< Of a head's query and the shared key, with position.
  int value_dim = 128;
  std::optional<TokenIndexer> indexer;
};

/// Keys kept for groups of tokens instead of for each: a learned mean of `ratio` of them.
struct TokenPool {
  int ratio = 4;             ///< Tokens for each pooled entry.
  bool overlapping = false;  ///< Each mean reaches into the group before, with weights of its own.
  /// Picks the entries that are read, by keys pooled alike; `tokens_max` counts entries.
  std::optional<TokenIndexer> indexer;
};

/// Attention to the last tokens singly and to all before them in pools, with one vector as key and
/// value of all heads and an output of low rank: compressed sparse attention with an indexer,
/// heavily compressed attention without. Source: DeepSeek-AI, "DeepSeek-V4", 2026, section 2.3.
struct CompressedAttention {
  int heads = 1;
  int head_dim = 512;
  int query_rank = 0;  ///< Zero: the query is projected directly.
  int output_groups = 1;
  int output_rank = 0;  ///< Of each group's output; zero: the output is projected directly.
  int window = 128;     ///< Tokens that are kept singly.
  std::optional<TokenPool> pool;
};

/// Gated delta rule, Mamba-2 and like: a state of fixed size for each sequence, no cache by token.
struct LinearAttention {
  int key_heads = 1;
  int value_heads = 1;
  int key_dim = 128;
  int value_dim = 128;
};

/// No attention in this layer (hybrid models whose layers are a mixer or a feed-forward).
struct NoAttention {};

using Attention = std::variant<GroupedQueryAttention, LatentAttention, CompressedAttention,
                               LinearAttention, NoAttention>;

/// Weights of the projections, for a hidden size of `hidden`.
double attention_parameters(const Attention& attention, int hidden);

/// Those of them that serve all heads at once, so that every rank of a tensor cut holds them whole:
/// projections into latents and pools.
double shared_projection_parameters(const Attention& attention, int hidden);

/// Those of the last projection, from all heads to the hidden width; zero where it is of low rank
/// or there is none.
double output_projection_parameters(const Attention& attention, int hidden);

/// Elements that a token leaves in the cache of one layer, all heads, while no window is full.
double kv_elements_per_token(const Attention& attention);

/// Elements of the state that a sequence keeps in one layer whatever its length.
double state_elements(const Attention& attention);

/// Elements of cache that one layer holds for a sequence of `context` tokens: all of them, or the
/// window's and the pools'; state not counted.
double kv_elements_held(const Attention& attention, double context);

/// Elements that one layer moves to decode one token at `context`: the keys and values it attends
/// to, the indexer's keys, or the state in and out.
double kv_elements_moved(const Attention& attention, double context);

/// FLOP of scores and weighted values of one layer for one new token at `context`. `absorbed`
/// counts latent attention in the latent space, as decode does, else head by head, as prefill does.
double attention_flops(const Attention& attention, double context, bool absorbed);

/// The same, summed over the tokens of a chunk that begins after `cached` tokens: the sum of a
/// causal triangle, cut by the window where there is one.
double attention_flops_of_chunk(const Attention& attention, double cached, double tokens);

/// Heads by which tensor parallelism can cut the projections; zero without attention.
int query_heads(const Attention& attention);
/// Heads by which it can cut the cache: one for a latent, which every rank holds whole.
int kv_cache_heads(const Attention& attention);

}  // namespace offtake::model
