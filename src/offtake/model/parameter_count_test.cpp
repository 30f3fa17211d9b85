#include "offtake/model/parameter_count.hpp"

#include <doctest/doctest.h>

#include <string>

namespace offtake::model {
namespace {

ModelArchitecture dense(int layers, int hidden, int heads, int kv_heads, int width,
                        int vocabulary) {
  return {.hidden = hidden,
          .vocabulary = vocabulary,
          .groups = {{.layers = layers,
                      .attention = GroupedQueryAttention{.heads = heads, .kv_heads = kv_heads},
                      .feed_forward = DenseFeedForward{.width = width}}}};
}

ModelArchitecture deepseek_v3() {
  const LatentAttention attention{.heads = 128, .query_rank = 1536};
  return {
      .hidden = 7168,
      .vocabulary = 129280,
      .groups = {
          {.layers = 3, .attention = attention, .feed_forward = DenseFeedForward{.width = 18432}},
          {.layers = 58,
           .attention = attention,
           .feed_forward = MixtureOfExperts{
               .experts = 256, .active = 8, .width = 2048, .shared_width = 2048}}}};
}

ModelArchitecture gpt_oss_120b() {
  const MixtureOfExperts experts{.experts = 128, .active = 4, .width = 2880};
  GroupedQueryAttention full{.heads = 64, .kv_heads = 8, .head_dim = 64};
  GroupedQueryAttention sliding = full;
  sliding.window = 128;
  return {.hidden = 2880,
          .vocabulary = 201088,
          .groups = {{.layers = 18, .attention = full, .feed_forward = experts},
                     {.layers = 18, .attention = sliding, .feed_forward = experts}}};
}

struct Published {
  std::string name;
  ModelArchitecture model;
  double total;
  double active;
};

}  // namespace

TEST_CASE("a small decoder's weights, counted by hand") {
  // hidden 8, 2 query heads and 1 key head of 4, gated width 16, vocabulary 10, one layer.
  // q 8*8 + k 8*4 + v 8*4 + o 8*8 = 192; ffn 3*8*16 = 384; two tables 2*8*10 = 160.
  const ModelArchitecture model{
      .hidden = 8,
      .vocabulary = 10,
      .groups = {{.layers = 1,
                  .attention = GroupedQueryAttention{.heads = 2, .kv_heads = 1, .head_dim = 4},
                  .feed_forward = DenseFeedForward{.width = 16}}}};
  const ParameterCount count = parameter_count(model);
  CHECK(count.attention == 192);
  CHECK(count.dense == 384);
  CHECK(count.total() == 192 + 384 + 160);
  CHECK(count.active() == count.total());
}

TEST_CASE("counts agree with what the makers publish") {
  // Rounded as published: model cards of Meta (70.6B, 405B), DeepSeek (671B, 37B), Mistral (46.7B,
  // 12.9B), OpenAI (116.8B, 5.1B without the input table) and Qwen (235B, 22B).
  const MixtureOfExperts mixtral{.experts = 8, .active = 2, .width = 14336};
  const MixtureOfExperts qwen{.experts = 128, .active = 8, .width = 1536};
  const Published published[] = {
      {"Llama 3.1 70B", dense(80, 8192, 64, 8, 28672, 128256), 70.6e9, 70.6e9},
      {"Llama 3.1 405B", dense(126, 16384, 128, 8, 53248, 128256), 405.9e9, 405.9e9},
      {"DeepSeek-V3", deepseek_v3(), 671e9, 37.4e9},
      {"Mixtral 8x7B",
       {.hidden = 4096,
        .vocabulary = 32000,
        .groups = {{.layers = 32,
                    .attention = GroupedQueryAttention{.heads = 32, .kv_heads = 8},
                    .feed_forward = mixtral}}},
       46.7e9,
       12.9e9},
      {"gpt-oss-120b", gpt_oss_120b(), 116.8e9, 5.1e9 + 2880.0 * 201088},
      {"Qwen3-235B-A22B",
       {.hidden = 4096,
        .vocabulary = 151936,
        .groups = {{.layers = 94,
                    .attention = GroupedQueryAttention{.heads = 64, .kv_heads = 4},
                    .feed_forward = qwen}}},
       235.1e9,
       22.1e9},
  };
  for (const Published& row : published) {
    CAPTURE(row.name);
    const ParameterCount count = parameter_count(row.model);
    CHECK(count.total() == doctest::Approx(row.total).epsilon(0.003));
    CHECK(count.active() == doctest::Approx(row.active).epsilon(0.01));
  }
}

TEST_CASE("cache elements a token: Llama 3.1 70B keeps 163,840 and DeepSeek-V3 35,136") {
  // 80 layers x 2 x 8 heads x 128; 61 layers x (512 + 64).
  CHECK(kv_elements_per_token(dense(80, 8192, 64, 8, 28672, 128256)) == 163840);
  CHECK(kv_elements_per_token(deepseek_v3()) == 35136);
}

TEST_CASE("a sliding window holds no more than its tokens") {
  // gpt-oss-120b at 1,000 tokens: 1,024 elements a layer and token; 18 layers x 1,000 + 18 x 128.
  CHECK(kv_cache_elements(gpt_oss_120b(), 1000) == 1024.0 * 18 * (1000 + 128));
}

}  // namespace offtake::model
