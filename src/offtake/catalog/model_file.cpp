#include "offtake/catalog/model_file.hpp"

#include <array>
#include <utility>

#include "offtake/catalog/entry_notes.hpp"
#include "offtake/catalog/sourced_figure.hpp"

namespace offtake::catalog {
namespace {

enum class AttentionKind { kGrouped, kLatent, kCompressed, kLinear, kNone };
enum class FeedForwardKind { kDense, kExperts, kNone };

constexpr std::array kAttentionKinds{
    yaml::Choice{"grouped", AttentionKind::kGrouped},
    yaml::Choice{"latent", AttentionKind::kLatent},
    yaml::Choice{"compressed", AttentionKind::kCompressed},
    yaml::Choice{"linear", AttentionKind::kLinear},
    yaml::Choice{"none", AttentionKind::kNone},
};
constexpr std::array kFeedForwardKinds{
    yaml::Choice{"dense", FeedForwardKind::kDense},
    yaml::Choice{"experts", FeedForwardKind::kExperts},
    yaml::Choice{"none", FeedForwardKind::kNone},
};

model::Attention read_grouped(const yaml::ObjectReader& file) {
  model::GroupedQueryAttention attention{.heads = file.count("/heads", 1),
                                         .kv_heads = file.count("/kv_heads", 1),
                                         .head_dim = file.count("/head_dim", 1),
                                         .window = std::nullopt};
  if (const auto window = file.find("/window")) attention.window = window->count(1);
  if (attention.kv_heads > 0 && attention.heads % attention.kv_heads != 0) {
    file.at("/kv_heads").reject("a divisor of the heads");
  }
  return attention;
}

std::optional<model::TokenIndexer> read_indexer(const yaml::ObjectReader& file) {
  if (!file.find("/indexer")) return std::nullopt;
  const yaml::ObjectReader indexer = file.object("/indexer");
  return model::TokenIndexer{.heads = indexer.count("/heads", 1),
                             .head_dim = indexer.count("/head_dim", 1),
                             .tokens_max = indexer.count("/tokens_max", 1)};
}

model::Attention read_latent(const yaml::ObjectReader& file) {
  model::LatentAttention attention{.heads = file.count("/heads", 1),
                                   .query_rank = file.count("/query_rank", 0),
                                   .kv_rank = file.count("/kv_rank", 1),
                                   .nope_dim = file.count("/nope_dim", 1),
                                   .rope_dim = file.count("/rope_dim", 0),
                                   .value_dim = file.count("/value_dim", 1),
                                   .indexer = std::nullopt};
  attention.indexer = read_indexer(file);
  return attention;
}

model::Attention read_compressed(const yaml::ObjectReader& file) {
  model::CompressedAttention attention{.heads = file.count("/heads", 1),
                                       .head_dim = file.count("/head_dim", 1),
                                       .query_rank = file.count("/query_rank", 0),
                                       .output_groups = file.count("/output_groups", 1),
                                       .output_rank = file.count("/output_rank", 0),
                                       .window = file.count("/window", 1),
                                       .pool = std::nullopt};
  if (file.find("/pool")) {
    const yaml::ObjectReader pool = file.object("/pool");
    attention.pool = model::TokenPool{.ratio = pool.count("/ratio", 1),
                                      .overlapping = pool.flag_or("/overlapping", false),
                                      .indexer = read_indexer(pool)};
  }
  return attention;
}

model::Attention read_attention(const yaml::ObjectReader& file) {
  switch (file.choice("/kind", kAttentionKinds)) {
    case AttentionKind::kGrouped:
      return read_grouped(file);
    case AttentionKind::kLatent:
      return read_latent(file);
    case AttentionKind::kCompressed:
      return read_compressed(file);
    case AttentionKind::kLinear:
      return model::LinearAttention{.key_heads = file.count("/key_heads", 1),
                                    .value_heads = file.count("/value_heads", 1),
                                    .key_dim = file.count("/key_dim", 1),
                                    .value_dim = file.count("/value_dim", 1)};
    case AttentionKind::kNone:
      break;
  }
  return model::NoAttention{};
}

model::FeedForward read_feed_forward(const yaml::ObjectReader& file) {
  switch (file.choice("/kind", kFeedForwardKinds)) {
    case FeedForwardKind::kDense:
      return model::DenseFeedForward{.width = file.count("/width", 1),
                                     .gated = file.flag_or("/gated", true)};
    case FeedForwardKind::kExperts: {
      const model::MixtureOfExperts mixture{.experts = file.count("/experts", 1),
                                            .active = file.count("/active", 1),
                                            .width = file.count("/width", 1),
                                            .shared_width = file.count_or("/shared_width", 0),
                                            .gated = file.flag_or("/gated", true),
                                            .latent_width = file.count_or("/latent_width", 0)};
      if (mixture.active > mixture.experts) {
        file.at("/active").reject("at most the number of experts");
      }
      return mixture;
    }
    case FeedForwardKind::kNone:
      break;
  }
  return model::NoFeedForward{};
}

std::optional<double> published_count(const yaml::ObjectReader& file, std::string_view path,
                                      yaml::Evidence evidence) {
  const auto value = file.find(path);
  if (!value) return std::nullopt;
  return sourced_positive<double>(*value, "70e9", evidence).value;
}

}  // namespace

std::optional<UnmodelledModel> read_unmodelled_model(const yaml::ObjectReader& file,
                                                     std::string id) {
  const auto reason = file.find("/without_figures");
  if (!reason) return std::nullopt;
  read_notes(file);
  return UnmodelledModel{.id = std::move(id),
                         .name = file.text("/name"),
                         .reason = reason->text(),
                         .source = file.text("/source")};
}

model::ModelArchitecture read_model(const yaml::ObjectReader& file, std::string id,
                                    yaml::Evidence evidence) {
  read_notes(file);
  if (evidence == yaml::Evidence::kRequired) {
    file.text("/source");
  } else {
    file.text_or("/source", "");
  }
  model::ModelArchitecture architecture;
  architecture.id = std::move(id);
  architecture.name = file.text_or("/name", architecture.id);
  architecture.hidden = file.count("/hidden", 1);
  architecture.vocabulary = file.count("/vocabulary", 1);
  architecture.tied_embeddings = file.flag_or("/tied_embeddings", false);
  for (const yaml::Value& item : file.at("/groups").list()) {
    const yaml::ObjectReader group = item.object();
    architecture.groups.push_back(
        {.layers = group.count("/layers", 1),
         .attention = read_attention(group.object("/attention")),
         .feed_forward = read_feed_forward(group.object("/feed_forward"))});
  }
  if (file.find("/groups") && architecture.groups.empty()) {
    file.at("/groups").reject("at least one group of layers");
  }
  architecture.prediction_modules = file.count_or("/prediction_modules", 0);
  architecture.expert_bytes_per_parameter =
      file.optional<double>("/expert_bytes_per_parameter", "0.53");
  architecture.nvfp4_attention_output = file.flag_or("/nvfp4_attention_output", false);
  architecture.parameters_published = published_count(file, "/parameters_published", evidence);
  architecture.active_parameters_published =
      published_count(file, "/active_parameters_published", evidence);
  return architecture;
}

}  // namespace offtake::catalog
