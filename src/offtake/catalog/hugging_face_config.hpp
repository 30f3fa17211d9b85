#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "offtake/model/model_architecture.hpp"

namespace offtake::catalog {

/// Reads a model's shape from the `config.json` published with its weights: Llama, Mistral, Qwen2,
/// Qwen3, Phi3, Gemma 2 and 3, Mixtral, Qwen3-MoE, gpt-oss, GLM-4-MoE, MiniMax-M2, Llama 4,
/// DeepSeek V2, V3 and V3.2, Kimi K2 and GLM-5. Of a model that also sees, `text_config` is read.
/// Throws InputError naming what is missing or wrong, or that the kind is not one of these.
model::ModelArchitecture read_hugging_face_config(std::string_view json, std::string file,
                                                  std::string id);

/// Reads the file; the id is its folder's name when the file is called config.json, else its stem.
model::ModelArchitecture load_hugging_face_config(const std::filesystem::path& path);

}  // namespace offtake::catalog
