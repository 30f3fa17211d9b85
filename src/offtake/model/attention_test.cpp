#include "offtake/model/attention.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>

#include "offtake/model/mixture_of_experts.hpp"

namespace offtake::model {

TEST_CASE("a causal chunk attends to its triangle and to all that came before") {
  // One head of 1: 4 FLOP a pair. 10 tokens after 100: 10 x 100 + 10^2 / 2 = 1,050 pairs.
  const Attention attention = GroupedQueryAttention{.heads = 1, .kv_heads = 1, .head_dim = 1};
  CHECK(attention_flops_of_chunk(attention, 100, 10) == doctest::Approx(4.0 * 1050));
}

TEST_CASE("a window cuts the triangle") {
  // Window 4, 10 tokens from none: 4^2 / 2 + 6 x 4 = 32 pairs.
  const Attention attention =
      GroupedQueryAttention{.heads = 1, .kv_heads = 1, .head_dim = 1, .window = 4};
  CHECK(attention_flops_of_chunk(attention, 0, 10) == doctest::Approx(4.0 * 32));
  CHECK(attention_flops_of_chunk(attention, 50, 10) == doctest::Approx(4.0 * 40));
}

TEST_CASE("absorbed latent attention moves one latent and computes more") {
  const Attention attention = LatentAttention{.heads = 128, .query_rank = 1536};
  CHECK(kv_elements_moved(attention, 1000) == 1000.0 * 576);
  // 2 x 128 heads x (576 + 512) against 2 x 128 x (192 + 128), for each of 1,000 tokens.
  CHECK(attention_flops(attention, 1000, true) == doctest::Approx(256.0 * 1088 * 1000));
  CHECK(attention_flops(attention, 1000, false) == doctest::Approx(256.0 * 320 * 1000));
}

TEST_CASE("an indexer bounds what sparse attention reads beside its own keys") {
  const Attention attention = LatentAttention{
      .heads = 128, .indexer = TokenIndexer{.heads = 64, .head_dim = 128, .tokens_max = 2048}};
  CHECK(kv_elements_moved(attention, 100000) == 2048.0 * 576 + 100000.0 * 128);
  CHECK(kv_elements_held(attention, 100000) == 100000.0 * (576 + 128));
}

/// Two heads of 8, pools of 4 tokens of which an indexer of 3 heads of 2 picks 5, window 16.
CompressedAttention small_compressed() {
  return {.heads = 2,
          .head_dim = 8,
          .query_rank = 6,
          .output_groups = 2,
          .output_rank = 5,
          .window = 16,
          .pool = TokenPool{.ratio = 4,
                            .overlapping = true,
                            .indexer = TokenIndexer{.heads = 3, .head_dim = 2, .tokens_max = 5}}};
}

TEST_CASE("compressed attention keeps a window, pools and an indexer's pooled keys") {
  // 100 tokens: 16 x 8 singly, 25 pools of 8 and of 2.
  CHECK(kv_elements_held(small_compressed(), 100) == 16 * 8 + 25 * (8 + 2));
  // Reads the window, 5 pools and all 25 keys.
  CHECK(kv_elements_moved(small_compressed(), 100) == 16 * 8 + 5 * 8 + 25 * 2);
  // 4 FLOP x 2 heads x 8 with each of 16 + 5; 2 x 3 x 2 with each of 25 keys.
  CHECK(attention_flops(small_compressed(), 100, true) == 64.0 * 21 + 12.0 * 25);
  CHECK(kv_elements_per_token(small_compressed()) == 8 + (8 + 2) / 4.0);
}

TEST_CASE("without an indexer all pools are read, without a pool the window alone") {
  CompressedAttention attention = small_compressed();
  attention.pool->indexer.reset();
  CHECK(kv_elements_moved(attention, 100) == 16 * 8 + 25 * 8);
  CHECK(kv_elements_held(attention, 100) == 16 * 8 + 25 * 8);
  attention.pool.reset();
  CHECK(kv_elements_moved(attention, 100) == 16 * 8);
  CHECK(attention_flops(attention, 100, true) == 64.0 * 16);
}

TEST_CASE("a chunk of compressed attention sums its window's and its pools' triangles") {
  // 40 tokens from none. Window 16: 16^2 / 2 + 24 x 16 = 512 pairs. Pools reach 5 x 4 = 20 tokens:
  // (20^2 / 2 + 20 x 20) / 4 = 150. Keys: 40^2 / 2 / 4 = 200.
  CHECK(attention_flops_of_chunk(small_compressed(), 0, 40) ==
        doctest::Approx(64.0 * (512 + 150) + 12.0 * 200));
}

TEST_CASE("the weights of compressed attention, counted by hand") {
  // Hidden 10. Shared: query 10 x 6, key 10 x 8, pool 2 x 10 x 16, keys' pool 2 x 10 x 4 = 540.
  CHECK(shared_projection_parameters(small_compressed(), 10) == 540);
  // Query up 6 x 16; output 5 x 16 and 2 x 5 x 10; indexer 6 x 6 + 10 x 3.
  CHECK(attention_parameters(small_compressed(), 10) == 540 + 96 + 80 + 100 + 66);
}

TEST_CASE("every rank holds the projections into a latent whole") {
  const LatentAttention latent{.heads = 4, .query_rank = 3, .kv_rank = 5, .rope_dim = 2};
  CHECK(shared_projection_parameters(latent, 10) == 10 * (3 + 5 + 2));
  CHECK(shared_projection_parameters(GroupedQueryAttention{}, 10) == 0);
}

TEST_CASE("the last projection goes from all heads to the hidden width") {
  CHECK(output_projection_parameters(LatentAttention{.heads = 4, .value_dim = 7}, 10) ==
        4 * 7 * 10);
  CHECK(output_projection_parameters(GroupedQueryAttention{.heads = 4, .head_dim = 6}, 10) ==
        4 * 6 * 10);
  CHECK(output_projection_parameters(LinearAttention{.value_heads = 3, .value_dim = 5}, 10) ==
        3 * 5 * 10);
  CHECK(output_projection_parameters(small_compressed(), 10) == 0);
}

TEST_CASE("a linear layer's state does not grow") {
  const Attention attention =
      LinearAttention{.key_heads = 16, .value_heads = 64, .key_dim = 128, .value_dim = 128};
  CHECK(kv_elements_held(attention, 1e6) == 0);
  CHECK(kv_elements_moved(attention, 10) == kv_elements_moved(attention, 1e6));
  CHECK(state_elements(attention) == 64.0 * 128 * 128);
}

TEST_CASE("prefilling in two chunks costs what one does") {
  CHECK(rc::check([] {
    Attention attention = GroupedQueryAttention{.heads = 8, .kv_heads = 2, .head_dim = 64};
    if (*rc::gen::arbitrary<bool>()) {
      std::get<GroupedQueryAttention>(attention).window = *rc::gen::inRange(1, 5000);
    }
    if (*rc::gen::arbitrary<bool>()) attention = small_compressed();
    const double first = *rc::gen::inRange(1, 10000);
    const double second = *rc::gen::inRange(1, 10000);
    const double parts = attention_flops_of_chunk(attention, 0, first) +
                         attention_flops_of_chunk(attention, first, second);
    const double whole = attention_flops_of_chunk(attention, 0, first + second);
    RC_ASSERT(std::abs(parts / whole - 1.0) < 1e-9);
  }));
}

TEST_CASE("experts hit: k for one token, all for many, fewer where popularity is uneven") {
  const MixtureOfExperts mixture{.experts = 256, .active = 8};
  CHECK(experts_hit(mixture, 1, 0.8) == doctest::Approx(8));
  // Even: 32 x 8 / 256 = 1 choice an expert, 256 (1 - e^-1) = 161.8.
  CHECK(experts_hit(mixture, 32, 1e6) == doctest::Approx(161.82).epsilon(0.0001));
  // Uneven: 256 (1 - (1 + 1 / 0.8)^-0.8) = 256 (1 - 0.52272) = 122.18.
  CHECK(experts_hit(mixture, 32, 0.8) == doctest::Approx(122.18).epsilon(0.0001));
  CHECK(experts_hit(mixture, 1e6, 1e6) == doctest::Approx(256));
}

TEST_CASE("law: more tokens and evener popularity never reach fewer experts") {
  CHECK(rc::check([] {
    const int experts = *rc::gen::inRange(2, 400);
    const MixtureOfExperts mixture{.experts = experts, .active = *rc::gen::inRange(1, experts)};
    const double tokens = *rc::gen::inRange(1, 10000);
    const double evenness = *rc::gen::inRange(1, 50) / 10.0;
    const double hit = experts_hit(mixture, tokens, evenness);
    RC_ASSERT(hit <= experts_hit(mixture, tokens + 1.0, evenness) + 1e-9);
    RC_ASSERT(hit <= experts_hit(mixture, tokens, 1.5 * evenness) + 1e-9);
    RC_ASSERT(mixture.active <= hit && hit <= experts);
  }));
}

}  // namespace offtake::model
