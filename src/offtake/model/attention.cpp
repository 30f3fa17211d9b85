#include "offtake/model/attention.hpp"

#include <algorithm>
#include <limits>

namespace offtake::model {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// Tokens that a new token attends to at most.
double reach(const Attention& attention) {
  if (const auto* grouped = std::get_if<GroupedQueryAttention>(&attention)) {
    return grouped->window ? *grouped->window : kUnlimited;
  }
  if (const auto* latent = std::get_if<LatentAttention>(&attention)) {
    return latent->indexer ? latent->indexer->tokens_max : kUnlimited;
  }
  if (const auto* compressed = std::get_if<CompressedAttention>(&attention)) {
    return compressed->window;
  }
  return kUnlimited;
}

/// The pool of a layer; null where it has none.
const TokenPool* pool_of(const Attention& attention) {
  const auto* compressed = std::get_if<CompressedAttention>(&attention);
  return compressed != nullptr && compressed->pool ? &*compressed->pool : nullptr;
}

/// Tokens whose pooled entries a new token attends to at most.
double pool_reach(const TokenPool& pool) {
  return pool.indexer ? static_cast<double>(pool.indexer->tokens_max) * pool.ratio : kUnlimited;
}

/// Elements that each token adds to the pools, on average.
double pooled_elements(const TokenPool& pool, int head_dim) {
  const double keys = pool.indexer ? pool.indexer->head_dim : 0.0;
  return (head_dim + keys) / pool.ratio;
}

double latent_elements(const LatentAttention& a) { return a.kv_rank + a.rope_dim; }

/// FLOP of one new token with one token it attends to: 2 for each product of scores and values.
double flops_per_pair(const Attention& attention, bool absorbed) {
  return std::visit(
      Overloaded{[](const GroupedQueryAttention& a) { return 4.0 * a.heads * a.head_dim; },
                 [&](const LatentAttention& a) {
                   const double score = absorbed ? latent_elements(a) : a.nope_dim + a.rope_dim;
                   const double value = absorbed ? a.kv_rank : a.value_dim;
                   return 2.0 * a.heads * (score + value);
                 },
                 [](const CompressedAttention& a) { return 4.0 * a.heads * a.head_dim; },
                 [](const LinearAttention&) { return 0.0; },
                 [](const NoAttention&) { return 0.0; }},
      attention);
}

double indexer_flops(const std::optional<TokenIndexer>& indexer) {
  return indexer ? 2.0 * indexer->heads * indexer->head_dim : 0.0;
}

/// FLOP of the indexer for one new token and one token of the whole context.
double indexer_flops_per_pair(const Attention& attention) {
  if (const TokenPool* pool = pool_of(attention)) return indexer_flops(pool->indexer) / pool->ratio;
  const auto* latent = std::get_if<LatentAttention>(&attention);
  return latent == nullptr ? 0.0 : indexer_flops(latent->indexer);
}

/// Decay, outer-product update and read-out of the state: 2 FLOP each for every element.
double state_flops(const Attention& attention) { return 6.0 * state_elements(attention); }

/// Sum over `tokens` positions after `cached` of min(position, reach).
double pairs_of_chunk(double cached, double tokens, double reach) {
  const double end = cached + tokens;
  const double rising_end = std::clamp(reach, cached, end);
  const double rising = (cached + rising_end) / 2.0 * (rising_end - cached);
  const double flat = end > rising_end ? (end - rising_end) * reach : 0.0;
  return rising + flat;
}

/// Projections of a token into a pool of entries of `width`: one to its value, one to its weight.
double pool_parameters(const TokenPool& pool, int hidden, int width) {
  return 2.0 * hidden * width * (pool.overlapping ? 2.0 : 1.0);
}

/// The indexer's query and the weights of its heads, from `input` and the hidden state.
double indexer_parameters(const TokenIndexer& indexer, int input, int hidden) {
  return static_cast<double>(input) * indexer.heads * indexer.head_dim +
         static_cast<double>(hidden) * indexer.heads;
}

double compressed_parameters(const CompressedAttention& a, int hidden) {
  const double h = hidden;
  const double all_heads = static_cast<double>(a.heads) * a.head_dim;
  const double query = a.query_rank > 0 ? a.query_rank * all_heads : h * all_heads;
  const double output =
      a.output_rank > 0 ? a.output_rank * (all_heads + a.output_groups * h) : all_heads * h;
  double indexer = 0.0;
  if (a.pool && a.pool->indexer) {
    const int input = a.query_rank > 0 ? a.query_rank : hidden;
    indexer = indexer_parameters(*a.pool->indexer, input, hidden);
  }
  return shared_projection_parameters(a, hidden) + query + output + indexer;
}

}  // namespace

double attention_parameters(const Attention& attention, int hidden) {
  const double h = hidden;
  return std::visit(
      Overloaded{
          [&](const GroupedQueryAttention& a) {
            return 2.0 * h * a.head_dim * (a.heads + a.kv_heads);
          },
          [&](const LatentAttention& a) {
            const double query_out = static_cast<double>(a.heads) * (a.nope_dim + a.rope_dim);
            const double query = a.query_rank > 0 ? a.query_rank * (h + query_out) : h * query_out;
            const double down = h * latent_elements(a);
            const double up = static_cast<double>(a.kv_rank) * a.heads * (a.nope_dim + a.value_dim);
            const double out = h * a.heads * a.value_dim;
            double indexer = 0.0;
            if (a.indexer) {
              const int input = a.query_rank > 0 ? a.query_rank : hidden;
              indexer = indexer_parameters(*a.indexer, input, hidden) + h * a.indexer->head_dim;
            }
            return query + down + up + out + indexer;
          },
          [&](const CompressedAttention& a) { return compressed_parameters(a, hidden); },
          [&](const LinearAttention& a) {
            return h * (2.0 * a.key_heads * a.key_dim + 3.0 * a.value_heads * a.value_dim);
          },
          [](const NoAttention&) { return 0.0; }},
      attention);
}

double shared_projection_parameters(const Attention& attention, int hidden) {
  if (const auto* latent = std::get_if<LatentAttention>(&attention)) {
    return hidden * (latent->query_rank + latent_elements(*latent));
  }
  const auto* compressed = std::get_if<CompressedAttention>(&attention);
  if (compressed == nullptr) return 0.0;
  double parameters = static_cast<double>(hidden) * (compressed->query_rank + compressed->head_dim);
  if (const auto& pool = compressed->pool) {
    parameters += pool_parameters(*pool, hidden, compressed->head_dim);
    if (pool->indexer) parameters += pool_parameters(*pool, hidden, pool->indexer->head_dim);
  }
  return parameters;
}

double output_projection_parameters(const Attention& attention, int hidden) {
  return hidden * std::visit(Overloaded{[](const GroupedQueryAttention& a) {
                                          return static_cast<double>(a.heads) * a.head_dim;
                                        },
                                        [](const LatentAttention& a) {
                                          return static_cast<double>(a.heads) * a.value_dim;
                                        },
                                        [](const CompressedAttention&) { return 0.0; },
                                        [](const LinearAttention& a) {
                                          return static_cast<double>(a.value_heads) * a.value_dim;
                                        },
                                        [](const NoAttention&) { return 0.0; }},
                             attention);
}

double kv_elements_per_token(const Attention& attention) {
  return std::visit(
      Overloaded{[](const GroupedQueryAttention& a) { return 2.0 * a.kv_heads * a.head_dim; },
                 [](const LatentAttention& a) {
                   return latent_elements(a) + (a.indexer ? a.indexer->head_dim : 0);
                 },
                 [](const CompressedAttention& a) {
                   return a.head_dim + (a.pool ? pooled_elements(*a.pool, a.head_dim) : 0.0);
                 },
                 [](const LinearAttention&) { return 0.0; },
                 [](const NoAttention&) { return 0.0; }},
      attention);
}

double state_elements(const Attention& attention) {
  const auto* linear = std::get_if<LinearAttention>(&attention);
  if (linear == nullptr) return 0.0;
  return static_cast<double>(linear->value_heads) * linear->value_dim * linear->key_dim;
}

double kv_elements_held(const Attention& attention, double context) {
  if (const auto* compressed = std::get_if<CompressedAttention>(&attention)) {
    const double pooled =
        compressed->pool ? pooled_elements(*compressed->pool, compressed->head_dim) * context : 0.0;
    return compressed->head_dim * std::min<double>(context, compressed->window) + pooled;
  }
  const auto* grouped = std::get_if<GroupedQueryAttention>(&attention);
  const double tokens =
      grouped != nullptr && grouped->window ? std::min<double>(context, *grouped->window) : context;
  return kv_elements_per_token(attention) * tokens;
}

double kv_elements_moved(const Attention& attention, double context) {
  const double attended = std::min(context, reach(attention));
  return std::visit(
      Overloaded{
          [&](const GroupedQueryAttention& a) { return 2.0 * a.kv_heads * a.head_dim * attended; },
          [&](const LatentAttention& a) {
            return latent_elements(a) * attended +
                   (a.indexer ? a.indexer->head_dim * context : 0.0);
          },
          [&](const CompressedAttention& a) {
            double elements = a.head_dim * attended;
            if (!a.pool) return elements;
            elements += a.head_dim * std::min(context, pool_reach(*a.pool)) / a.pool->ratio;
            if (a.pool->indexer) elements += a.pool->indexer->head_dim * context / a.pool->ratio;
            return elements;
          },
          [&](const LinearAttention&) { return 2.0 * state_elements(attention); },
          [](const NoAttention&) { return 0.0; }},
      attention);
}

double attention_flops(const Attention& attention, double context, bool absorbed) {
  double attended = std::min(context, reach(attention));
  if (const TokenPool* pool = pool_of(attention)) {
    attended += std::min(context, pool_reach(*pool)) / pool->ratio;
  }
  return flops_per_pair(attention, absorbed) * attended +
         indexer_flops_per_pair(attention) * context + state_flops(attention);
}

double attention_flops_of_chunk(const Attention& attention, double cached, double tokens) {
  double pairs = pairs_of_chunk(cached, tokens, reach(attention));
  if (const TokenPool* pool = pool_of(attention)) {
    pairs += pairs_of_chunk(cached, tokens, pool_reach(*pool)) / pool->ratio;
  }
  return flops_per_pair(attention, false) * pairs +
         indexer_flops_per_pair(attention) * pairs_of_chunk(cached, tokens, kUnlimited) +
         state_flops(attention) * tokens;
}

int query_heads(const Attention& attention) {
  return std::visit(Overloaded{[](const GroupedQueryAttention& a) { return a.heads; },
                               [](const LatentAttention& a) { return a.heads; },
                               [](const CompressedAttention& a) { return a.heads; },
                               [](const LinearAttention& a) { return a.value_heads; },
                               [](const NoAttention&) { return 0; }},
                    attention);
}

int kv_cache_heads(const Attention& attention) {
  return std::visit(Overloaded{[](const GroupedQueryAttention& a) { return a.kv_heads; },
                               [](const LatentAttention&) { return 1; },
                               [](const CompressedAttention&) { return 1; },
                               [](const LinearAttention& a) { return a.value_heads; },
                               [](const NoAttention&) { return 1; }},
                    attention);
}

}  // namespace offtake::model
