#pragma once

#include <vector>

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

/// `tokens` rows times weights of `inputs` by `outputs`.
struct GemmSize {
  double tokens = 1;
  double inputs = 1;
  double outputs = 1;
};

/// Grouped-query attention of `batch` sequences on one rank: one new token each at a context of
/// `tokens` in decode, a prompt of `tokens` each in prefill.
struct AttentionSize {
  double batch = 1;
  double tokens = 1;
  double heads = 1;  ///< Query heads of the rank.
  double kv_heads = 1;
  int head_dim = 128;
  int window = 0;  ///< Tokens back that are seen; zero: all.
};

/// Multi-head latent attention with the dimensions of DeepSeek-V3: a latent of 512, a rotary key of
/// 64, heads of 128. In decode it is absorbed into the latent.
struct LatentSize {
  double batch = 1;
  double tokens = 1;
  double heads = 1;
};

/// The routed experts of one layer on one rank, from router to weighted sum. `tokens` are those of
/// all ranks together; gated experts of three matrices.
struct ExpertSize {
  double tokens = 1;
  int hidden = 1;
  int width = 1;  ///< Of one expert, uncut.
  int experts = 1;
  int active = 1;
  int tensor = 1;  ///< Ranks that cut each expert.
  int expert = 1;  ///< Ranks that share the experts out.
};

/// One timed operation; `format` is that of the weights, or of the cache.
template <class Size>
struct Measured {
  hardware::NumericFormat format;
  Size size;
  Seconds time;
};

/// What was timed of single operations on one chip with one stack.
struct MeasuredOperations {
  std::vector<Measured<GemmSize>> gemm;
  std::vector<Measured<AttentionSize>> decode_attention;
  std::vector<Measured<AttentionSize>> prefill_attention;
  std::vector<Measured<LatentSize>> latent_decode;
  std::vector<Measured<LatentSize>> latent_prefill;
  std::vector<Measured<ExpertSize>> experts;
};

}  // namespace offtake::perf
