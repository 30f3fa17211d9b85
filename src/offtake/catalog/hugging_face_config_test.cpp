#include "offtake/catalog/hugging_face_config.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "offtake/base/input_error.hpp"
#include "offtake/model/parameter_count.hpp"

namespace offtake::catalog {
namespace {

model::ModelArchitecture read(std::string_view json) {
  return read_hugging_face_config(json, "config.json", "m");
}

double billions(const model::ModelArchitecture& model) {
  return model::parameter_count(model).total() / 1e9;
}

TEST_CASE("a Llama config gives one group of layers") {
  const auto model = read(R"({"model_type": "llama", "hidden_size": 4096, "vocab_size": 128256,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
      "intermediate_size": 14336, "tie_word_embeddings": false})");
  REQUIRE(model.groups.size() == 1);
  CHECK(model.groups[0].layers == 32);
  const auto& attention = std::get<model::GroupedQueryAttention>(model.groups[0].attention);
  CHECK(attention.head_dim == 128);  // 4096 / 32.
  CHECK_FALSE(attention.window.has_value());
  // A layer: 4096 x 128 x (32 + 8 + 8 + 32) + 3 x 4096 x 14336 = 41.94M + 176.16M; 32 of them are
  // 6.979B, and two tables of 128256 x 4096 add 1.051B.
  CHECK(billions(model) == doctest::Approx(8.03).epsilon(0.001));
}

TEST_CASE("DeepSeek-V3 has three dense layers, then experts beside a shared one") {
  const auto model = read(R"({"model_type": "deepseek_v3", "hidden_size": 7168,
      "vocab_size": 129280, "num_hidden_layers": 61, "num_attention_heads": 128,
      "num_key_value_heads": 128, "intermediate_size": 18432, "moe_intermediate_size": 2048,
      "n_routed_experts": 256, "n_shared_experts": 1, "num_experts_per_tok": 8,
      "first_k_dense_replace": 3, "moe_layer_freq": 1, "q_lora_rank": 1536, "kv_lora_rank": 512,
      "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128})");
  REQUIRE(model.groups.size() == 2);
  CHECK(model.groups[0].layers == 3);
  CHECK(std::get<model::DenseFeedForward>(model.groups[0].feed_forward).width == 18432);
  const auto& experts = std::get<model::MixtureOfExperts>(model.groups[1].feed_forward);
  CHECK(experts.experts == 256);
  CHECK(experts.shared_width == 2048);
  CHECK(std::get<model::LatentAttention>(model.groups[1].attention).query_rank == 1536);
  // Published: 671B in all and 37B for a token, DeepSeek-AI, "DeepSeek-V3", 2024.
  CHECK(billions(model) == doctest::Approx(671.0).epsilon(0.001));
  CHECK(model::parameter_count(model).active() / 1e9 == doctest::Approx(37.4).epsilon(0.01));
}

TEST_CASE("the sparse attention of DeepSeek-V3.2 keeps its indexer") {
  const auto model = read(R"({"model_type": "deepseek_v32", "hidden_size": 64, "vocab_size": 10,
      "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8, "kv_lora_rank": 4,
      "qk_nope_head_dim": 4, "v_head_dim": 4, "index_n_heads": 64, "index_head_dim": 128,
      "index_topk": 2048})");
  const auto& attention = std::get<model::LatentAttention>(model.groups.at(0).attention);
  REQUIRE(attention.indexer.has_value());
  CHECK(attention.indexer->tokens_max == 2048);
}

TEST_CASE("gpt-oss alternates windowed and full layers of experts") {
  const auto model = read(R"({"model_type": "gpt_oss", "hidden_size": 2880, "vocab_size": 201088,
      "num_hidden_layers": 36, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 64,
      "intermediate_size": 2880, "num_local_experts": 128, "num_experts_per_tok": 4,
      "sliding_window": 128})");
  REQUIRE(model.groups.size() == 2);
  CHECK(model.groups[0].layers == 18);
  CHECK(std::get<model::GroupedQueryAttention>(model.groups[0].attention).window == 128);
  CHECK_FALSE(std::get<model::GroupedQueryAttention>(model.groups[1].attention).window.has_value());
  CHECK(model.expert_bytes_per_parameter == doctest::Approx(0.53125));
  CHECK(billions(model) == doctest::Approx(116.8).epsilon(0.001));  // Published: 116.8B.
}

TEST_CASE("Llama 4 is read from its text part; every second layer has experts") {
  const auto model = read(R"({"model_type": "llama4", "text_config": {"model_type": "llama4_text",
      "hidden_size": 5120, "vocab_size": 202048, "num_hidden_layers": 48,
      "num_attention_heads": 40, "num_key_value_heads": 8, "head_dim": 128,
      "intermediate_size": 8192, "intermediate_size_mlp": 16384, "num_local_experts": 128,
      "num_experts_per_tok": 1, "interleave_moe_layer_step": 2, "attention_chunk_size": 8192}})");
  // Layers 1, 3, 5... have experts and 3, 7, 11... see everything: 24 dense and windowed, 12 with
  // experts and windowed, 12 with experts that see everything.
  REQUIRE(model.groups.size() == 3);
  CHECK(model.groups[0].layers == 24);
  CHECK(std::get<model::DenseFeedForward>(model.groups[0].feed_forward).width == 16384);
  CHECK(model.groups[1].layers == 12);
  CHECK(model.groups[2].layers == 12);
  CHECK(billions(model) == doctest::Approx(400.0).epsilon(0.01));  // Published: 400B.
}

TEST_CASE("a sliding window that is switched off is none, and else covers all layers") {
  const std::string head = R"({"model_type": "qwen2", "hidden_size": 64, "vocab_size": 10,
      "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 8,
      "sliding_window": 32768, "use_sliding_window": )";
  const auto off = read(head + "false}");
  CHECK_FALSE(std::get<model::GroupedQueryAttention>(off.groups.at(0).attention).window);
  const auto on = read(head + "true}");
  CHECK(std::get<model::GroupedQueryAttention>(on.groups.at(0).attention).window == 32768);
}

TEST_CASE("all that is missing is told at once") {
  try {
    read(R"({"model_type": "llama", "hidden_size": -1, "num_attention_heads": 3,
             "num_key_value_heads": 2, "num_hidden_layers": 1})");
    FAIL("the config is wrong");
  } catch (const InputError& error) {
    CHECK(
        std::string(error.what()) ==
        "config.json: /hidden_size: expected a whole number, found -1\n"
        "config.json: /vocab_size: expected a whole number of at least 1, found nothing\n"
        "config.json: /num_key_value_heads: expected a divisor of num_attention_heads, found 2 of "
        "3\n"
        "config.json: /num_attention_heads: expected at most hidden_size, found 3\n"
        "config.json: /intermediate_size: expected a whole number of at least 1, found nothing");
  }
}

TEST_CASE("what is not JSON, not an object or not a known kind is refused") {
  CHECK_THROWS_AS(read("{"), InputError);
  CHECK_THROWS_AS(read("[]"), InputError);
  CHECK_THROWS_AS(read(R"({"model_type": "mamba"})"), InputError);
  CHECK_THROWS_AS(read(R"({"model_type": "llama", "num_hidden_layers": 2000000000})"), InputError);
  CHECK_THROWS_AS(load_hugging_face_config("no/such/config.json"), InputError);
}

TEST_CASE("any text is read or refused with an input error") {
  CHECK(rc::check([] {
    const auto text = *rc::gen::container<std::string>(
        rc::gen::elementOf(std::string("{}[]\":, 0123model_typellama")));
    try {
      read(text);
    } catch (const InputError& error) {
      RC_ASSERT(!error.problems().empty());
    }
  }));
}

}  // namespace
}  // namespace offtake::catalog
