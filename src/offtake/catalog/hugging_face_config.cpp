#include "offtake/catalog/hugging_face_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "offtake/base/input_error.hpp"

namespace offtake::catalog {
namespace {

using nlohmann::json;

/// Model types whose layers are the ones that this reader counts.
constexpr std::array<std::string_view, 27> kModelTypes{
    "llama",       "mistral",     "mistral3",
    "ministral",   "qwen2",       "qwen3",
    "phi3",        "gemma",       "gemma2",
    "gemma3_text", "mixtral",     "qwen2_moe",
    "qwen3_moe",   "gpt_oss",     "glm4",
    "glm4_moe",    "minimax_m2",  "llama4_text",
    "deepseek_v2", "deepseek_v3", "deepseek_v32",
    "kimi_k2",     "glm_moe_dsa", "olmo2",
    "granite",     "internlm2",   "qwen3_vl_moe_text"};

constexpr int kLayersMax = 10000;  ///< Far above any model; a slip of the pen, not a shape.

/// The fields of a config, with every problem noted.
class Config {
 public:
  Config(const json& root, std::string file) : root_(root), file_(std::move(file)) {}

  /// Looks into the nested object from here on.
  void enter(const json& nested, std::string path) {
    fields_ = &nested;
    path_ = std::move(path);
  }

  void note(std::string_view key, std::string expected, std::string found) {
    problems_.push_back(
        {{file_, 0, 0}, fmt::format("{}/{}", path_, key), std::move(expected), std::move(found)});
  }

  const json* find(std::string_view key) const {
    const auto at = fields_->find(key);
    return at == fields_->end() || at->is_null() ? nullptr : &*at;
  }

  std::optional<int> optional_count(std::string_view key) {
    const json* field = find(key);
    if (field == nullptr) return std::nullopt;
    if (field->is_number_integer() && *field >= 0 && *field <= std::numeric_limits<int>::max()) {
      return field->get<int>();
    }
    note(key, "a whole number", field->dump().substr(0, 60));
    return std::nullopt;
  }

  /// The first of the keys that is there; makers name one thing in several ways.
  std::optional<int> optional_count(std::initializer_list<std::string_view> keys) {
    for (const std::string_view key : keys) {
      if (find(key) != nullptr) return optional_count(key);
    }
    return std::nullopt;
  }

  int count(std::initializer_list<std::string_view> keys) {
    const std::string_view first = *keys.begin();
    for (const std::string_view key : keys) {
      if (find(key) == nullptr) continue;
      const auto number = optional_count(key);
      if (number && *number == 0) note(key, "a whole number of at least 1", "0");
      return number.value_or(1) == 0 ? 1 : number.value_or(1);
    }
    note(first, "a whole number of at least 1", "nothing");
    return 1;
  }

  bool flag(std::string_view key, bool fallback) {
    const json* field = find(key);
    if (field == nullptr) return fallback;
    if (field->is_boolean()) return field->get<bool>();
    note(key, "true or false", field->dump().substr(0, 60));
    return fallback;
  }

  std::string text(std::string_view key) const {
    const json* field = find(key);
    return field != nullptr && field->is_string() ? field->get<std::string>() : "";
  }

  void finish() {
    if (!problems_.empty()) throw InputError(std::move(problems_));
  }

 private:
  const json& root_;
  const json* fields_ = &root_;
  std::string file_;
  std::string path_;
  std::vector<Problem> problems_;
};

bool is_known(const std::string& type) {
  return std::ranges::find(kModelTypes, type) != kModelTypes.end();
}

/// The language part of a model that also sees stands in `text_config`.
void choose_part(Config& config) {
  if (const json* nested = config.find("text_config"); nested != nullptr && nested->is_object()) {
    config.enter(*nested, "/text_config");
  }
  const std::string type = config.text("model_type");
  if (is_known(type)) return;
  std::string known;
  for (const std::string_view name : kModelTypes) known += fmt::format(" {}", name);
  config.note("model_type", "one of" + known, type.empty() ? "nothing" : "\"" + type + "\"");
  config.finish();
}

model::LatentAttention latent_attention(Config& config) {
  model::LatentAttention attention{
      .heads = config.count({"num_attention_heads"}),
      .query_rank = config.optional_count("q_lora_rank").value_or(0),
      .kv_rank = config.count({"kv_lora_rank"}),
      .nope_dim = config.count({"qk_nope_head_dim"}),
      .rope_dim = config.optional_count("qk_rope_head_dim").value_or(0),
      .value_dim = config.count({"v_head_dim"}),
      .indexer = std::nullopt};
  if (const auto heads = config.optional_count("index_n_heads")) {
    attention.indexer = model::TokenIndexer{.heads = *heads,
                                            .head_dim = config.count({"index_head_dim"}),
                                            .tokens_max = config.count({"index_topk"})};
  }
  return attention;
}

model::GroupedQueryAttention grouped_attention(Config& config, int hidden) {
  model::GroupedQueryAttention attention;
  attention.heads = config.count({"num_attention_heads"});
  attention.kv_heads = config.optional_count("num_key_value_heads").value_or(attention.heads);
  attention.head_dim = config.optional_count("head_dim").value_or(hidden / attention.heads);
  if (attention.kv_heads < 1 || attention.heads % attention.kv_heads != 0) {
    config.note("num_key_value_heads", "a divisor of num_attention_heads",
                fmt::format("{} of {}", attention.kv_heads, attention.heads));
    attention.kv_heads = attention.heads;
  }
  if (attention.head_dim < 1) {
    config.note("num_attention_heads", "at most hidden_size", fmt::format("{}", attention.heads));
  }
  return attention;
}

/// Which layers see only a window, and how far it reaches; none when all see everything.
struct Windows {
  std::vector<bool> windowed;
  int window = 0;
};

Windows read_windows(Config& config, int layers, const std::string& type) {
  Windows windows{.windowed = std::vector<bool>(static_cast<std::size_t>(layers), false),
                  .window = 0};
  const std::string_view key = type == "llama4_text" ? "attention_chunk_size" : "sliding_window";
  const auto window = config.optional_count(key);
  const bool off =
      config.find("use_sliding_window") != nullptr && !config.flag("use_sliding_window", true);
  if (!window || *window == 0 || off) return windows;
  windows.window = *window;
  const json* types = config.find("layer_types");
  const bool listed =
      types != nullptr && types->is_array() && types->size() == windows.windowed.size();
  const auto pattern = config.optional_count("sliding_window_pattern");
  for (std::size_t layer = 0; layer < windows.windowed.size(); ++layer) {
    if (listed) {
      const std::string kind =
          (*types)[layer].is_string() ? (*types)[layer].get<std::string>() : "";
      windows.windowed[layer] = kind == "sliding_attention" || kind == "chunked_attention";
    } else if (type == "llama4_text") {
      windows.windowed[layer] = (layer + 1) % 4 != 0;  // Every fourth layer sees everything.
    } else if (type == "gpt_oss" || type == "gemma2") {
      windows.windowed[layer] = layer % 2 == 0;
    } else if (pattern && *pattern > 0) {
      windows.windowed[layer] = (layer + 1) % static_cast<std::size_t>(*pattern) != 0;
    } else {
      windows.windowed[layer] = true;
    }
  }
  return windows;
}

model::MixtureOfExperts read_experts(Config& config, int experts) {
  model::MixtureOfExperts mixture{
      .experts = experts,
      .active = config.count({"num_experts_per_tok", "num_experts_per_token"}),
      .width = config.count({"moe_intermediate_size", "intermediate_size"}),
      .shared_width = 0,
      .gated = true};
  if (const auto width = config.optional_count("shared_expert_intermediate_size")) {
    mixture.shared_width = *width;
  } else {
    mixture.shared_width = mixture.width * config.optional_count("n_shared_experts").value_or(0);
  }
  if (config.text("model_type") == "llama4_text") mixture.shared_width = mixture.width;
  if (mixture.active > mixture.experts) {
    config.note("num_experts_per_tok", fmt::format("at most {} experts", mixture.experts),
                fmt::format("{}", mixture.active));
  }
  return mixture;
}

/// Which layers have experts: all after the first dense ones, or every so many.
bool has_experts(Config& config, const std::string& type, int layer) {
  if (layer < config.optional_count("first_k_dense_replace").value_or(0)) return false;
  const int step = std::max(
      1,
      config.optional_count({"interleave_moe_layer_step", "decoder_sparse_step", "moe_layer_freq"})
          .value_or(1));
  if (const json* dense = config.find("mlp_only_layers"); dense != nullptr && dense->is_array()) {
    if (std::ranges::find(*dense, json(layer)) != dense->end()) return false;
  }
  return type.starts_with("deepseek") ? layer % step == 0 : (layer + 1) % step == 0;
}

struct LayerKind {
  bool windowed = false;
  bool experts = false;
  auto operator<=>(const LayerKind&) const = default;
};

model::FeedForward dense_feed_forward(Config& config, const std::string& type) {
  const bool llama4 = type == "llama4_text";
  return model::DenseFeedForward{
      .width = llama4 ? config.count({"intermediate_size_mlp", "intermediate_size"})
                      : config.count({"intermediate_size"}),
      .gated = true};
}

}  // namespace

model::ModelArchitecture read_hugging_face_config(std::string_view text, std::string file,
                                                  std::string id) {
  json root;
  try {
    root = json::parse(text);
  } catch (const json::parse_error& error) {
    const std::size_t end = std::min(error.byte, text.size());
    const auto line = 1 + std::ranges::count(text.substr(0, end), '\n');
    throw InputError({{{std::move(file), static_cast<int>(line), 1},
                       "",
                       "text in JSON",
                       fmt::format("a mistake near byte {}", error.byte)}});
  }
  if (!root.is_object()) {
    throw InputError(
        {{{std::move(file), 1, 1}, "", "a JSON object", std::string(root.type_name())}});
  }
  Config config(root, std::move(file));
  choose_part(config);
  const std::string type = config.text("model_type");

  model::ModelArchitecture architecture;
  architecture.id = id;
  architecture.name = std::move(id);
  architecture.hidden = config.count({"hidden_size"});
  architecture.vocabulary = config.count({"vocab_size"});
  architecture.tied_embeddings = config.flag("tie_word_embeddings", type.starts_with("gemma"));
  const int layers = config.count({"num_hidden_layers"});
  if (layers > kLayersMax) {
    config.note("num_hidden_layers", fmt::format("at most {} layers", kLayersMax),
                fmt::format("{}", layers));
    config.finish();
  }
  const auto experts =
      config.optional_count({"n_routed_experts", "num_local_experts", "num_experts"});
  const bool latent = config.find("kv_lora_rank") != nullptr;
  const Windows windows = read_windows(config, layers, type);
  if (type == "gpt_oss") architecture.expert_bytes_per_parameter = 4.25 / 8.0;

  std::vector<std::pair<LayerKind, int>> kinds;  // In the order of their first layers.
  for (int layer = 0; layer < layers; ++layer) {
    const LayerKind kind{.windowed = windows.windowed[static_cast<std::size_t>(layer)],
                         .experts = experts.value_or(0) > 1 && has_experts(config, type, layer)};
    const auto at = std::ranges::find(kinds, kind, &std::pair<LayerKind, int>::first);
    if (at == kinds.end()) {
      kinds.emplace_back(kind, 1);
    } else {
      ++at->second;
    }
  }
  for (const auto& [kind, count] : kinds) {
    model::LayerGroup group;
    group.layers = count;
    if (latent) {
      group.attention = latent_attention(config);
    } else {
      model::GroupedQueryAttention attention = grouped_attention(config, architecture.hidden);
      if (kind.windowed) attention.window = windows.window;
      group.attention = attention;
    }
    group.feed_forward = kind.experts ? model::FeedForward{read_experts(config, *experts)}
                                      : dense_feed_forward(config, type);
    architecture.groups.push_back(std::move(group));
  }
  config.finish();
  return architecture;
}

model::ModelArchitecture load_hugging_face_config(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream.is_open() || std::filesystem::is_directory(path)) {
    throw InputError({{{path.string(), 0, 0}, "", "a file that can be read", "none"}});
  }
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path().filename();
  const std::string id = path.filename() == "config.json" ? folder.string() : path.stem().string();
  return read_hugging_face_config(text, path.string(), id);
}

}  // namespace offtake::catalog
