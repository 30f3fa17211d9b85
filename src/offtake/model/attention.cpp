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
  return kUnlimited;
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
                 [](const LinearAttention&) { return 0.0; },
                 [](const NoAttention&) { return 0.0; }},
      attention);
}

/// FLOP of the indexer for one new token and one token of the whole context.
double indexer_flops_per_pair(const Attention& attention) {
  const auto* latent = std::get_if<LatentAttention>(&attention);
  if (latent == nullptr || !latent->indexer) return 0.0;
  return 2.0 * latent->indexer->heads * latent->indexer->head_dim;
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
              const double input = a.query_rank > 0 ? a.query_rank : h;
              indexer = input * a.indexer->heads * a.indexer->head_dim +
                        h * (a.indexer->head_dim + a.indexer->heads);
            }
            return query + down + up + out + indexer;
          },
          [&](const LinearAttention& a) {
            return h * (2.0 * a.key_heads * a.key_dim + 3.0 * a.value_heads * a.value_dim);
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
          [&](const LinearAttention&) { return 2.0 * state_elements(attention); },
          [](const NoAttention&) { return 0.0; }},
      attention);
}

double attention_flops(const Attention& attention, double context, bool absorbed) {
  return flops_per_pair(attention, absorbed) * std::min(context, reach(attention)) +
         indexer_flops_per_pair(attention) * context + state_flops(attention);
}

double attention_flops_of_chunk(const Attention& attention, double cached, double tokens) {
  return flops_per_pair(attention, false) * pairs_of_chunk(cached, tokens, reach(attention)) +
         indexer_flops_per_pair(attention) * pairs_of_chunk(cached, tokens, kUnlimited) +
         state_flops(attention) * tokens;
}

int query_heads(const Attention& attention) {
  return std::visit(Overloaded{[](const GroupedQueryAttention& a) { return a.heads; },
                               [](const LatentAttention& a) { return a.heads; },
                               [](const LinearAttention& a) { return a.value_heads; },
                               [](const NoAttention&) { return 0; }},
                    attention);
}

int kv_cache_heads(const Attention& attention) {
  return std::visit(Overloaded{[](const GroupedQueryAttention& a) { return a.kv_heads; },
                               [](const LatentAttention&) { return 1; },
                               [](const LinearAttention& a) { return a.value_heads; },
                               [](const NoAttention&) { return 1; }},
                    attention);
}

}  // namespace offtake::model
