#include "offtake/catalog/model_file.hpp"

#include <doctest/doctest.h>

#include <string>

namespace offtake::catalog {
namespace {

std::string complaints(const yaml::ObjectReader& reader) {
  std::string text;
  for (const Problem& problem : reader.problems()) text += describe(problem) + "\n";
  return text;
}

yaml::ObjectReader reader_of(const std::string& groups) {
  return yaml::ObjectReader(
      yaml::parse_document("source: s\nhidden: 64\nvocabulary: 10\ngroups:\n" + groups, "m.yaml"));
}

TEST_CASE("all kinds of layers are read") {
  const auto reader = reader_of(
      "  - {layers: 2, attention: {kind: grouped, heads: 8, kv_heads: 2, head_dim: 4, window: 128},"
      " feed_forward: {kind: dense, width: 7, gated: false}}\n"
      "  - {layers: 3, attention: {kind: latent, heads: 8, query_rank: 5, kv_rank: 6, nope_dim: 7, "
      "rope_dim: 8, value_dim: 9, indexer: {heads: 1, head_dim: 2, tokens_max: 3}}, feed_forward: "
      "{kind: experts, experts: 16, active: 2, width: 11, shared_width: 12}}\n"
      "  - {layers: 4, attention: {kind: linear, key_heads: 1, value_heads: 2, key_dim: 3, "
      "value_dim: 4}, feed_forward: {kind: none}}\n"
      "  - {layers: 5, attention: {kind: none}, feed_forward: {kind: none}}\n"
      "  - {layers: 6, attention: {kind: compressed, heads: 8, head_dim: 9, query_rank: 10, "
      "output_groups: 2, output_rank: 11, window: 12, pool: {ratio: 4, overlapping: true, indexer: "
      "{heads: 1, head_dim: 2, tokens_max: 3}}}, feed_forward: {kind: none}}\n");
  const auto model = read_model(reader, "m", yaml::Evidence::kRequired);
  CHECK(complaints(reader).empty());
  REQUIRE(model.groups.size() == 5);
  CHECK(model.layers() == 20);
  CHECK(std::get<model::GroupedQueryAttention>(model.groups[0].attention).window == 128);
  CHECK_FALSE(std::get<model::DenseFeedForward>(model.groups[0].feed_forward).gated);
  CHECK(std::get<model::LatentAttention>(model.groups[1].attention).indexer->tokens_max == 3);
  CHECK(std::get<model::MixtureOfExperts>(model.groups[1].feed_forward).shared_width == 12);
  CHECK(std::get<model::LinearAttention>(model.groups[2].attention).value_heads == 2);
  CHECK(std::holds_alternative<model::NoAttention>(model.groups[3].attention));
  const auto& compressed = std::get<model::CompressedAttention>(model.groups[4].attention);
  CHECK(compressed.output_rank == 11);
  CHECK(compressed.pool->overlapping);
  CHECK(compressed.pool->indexer->tokens_max == 3);
  CHECK_FALSE(model.nvfp4_attention_output);
}

TEST_CASE("a model says that its four-bit checkpoint has the output projection in four bits") {
  const auto reader = reader_of(
      "  - {layers: 5, attention: {kind: none}, feed_forward: {kind: none}}\n"
      "nvfp4_attention_output: true\n");
  CHECK(read_model(reader, "m", yaml::Evidence::kRequired).nvfp4_attention_output);
  CHECK(complaints(reader).empty());
}

TEST_CASE("heads that do not divide and more active experts than there are, are refused") {
  const auto reader = reader_of(
      "  - {layers: 2, attention: {kind: grouped, heads: 8, kv_heads: 3, head_dim: 4}, "
      "feed_forward: {kind: experts, experts: 4, active: 5, width: 11}}\n");
  read_model(reader, "m", yaml::Evidence::kRequired);
  CHECK(
      complaints(reader) ==
      "m.yaml:5:64: /groups/0/attention/kv_heads: expected a divisor of the heads, found \"3\"\n"
      "m.yaml:5:131: /groups/0/feed_forward/active: expected at most the number of experts, found "
      "\"5\"\n");
}

TEST_CASE("a model without layers is refused") {
  const auto reader = reader_of("  []\n");
  read_model(reader, "m", yaml::Evidence::kRequired);
  CHECK(complaints(reader) ==
        "m.yaml:5:3: /groups: expected at least one group of layers, found a "
        "list\n");
}

}  // namespace
}  // namespace offtake::catalog
