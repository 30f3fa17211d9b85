#pragma once

#include <optional>
#include <string>
#include <vector>

#include "offtake/model/attention.hpp"
#include "offtake/model/mixture_of_experts.hpp"

namespace offtake::model {

/// Layers of one shape. Alternating patterns are one group for each shape: what a step costs does
/// not depend on the order.
struct LayerGroup {
  int layers = 1;
  Attention attention;
  FeedForward feed_forward;
};

/// A decoder's shape: all that cost depends on, nothing of its weights.
struct ModelArchitecture {
  std::string id;
  std::string name;
  int hidden = 0;
  int vocabulary = 0;
  bool tied_embeddings = false;
  std::vector<LayerGroup> groups;
  /// Modules trained to predict tokens further ahead, not among the layers (DeepSeek-AI,
  /// "DeepSeek-V3", 2024, section 2.2).
  int prediction_modules = 0;
  /// Set when the maker publishes the experts quantised and no one serves them wider: gpt-oss's
  /// 4.25-bit experts are 0.53125 bytes.
  std::optional<double> expert_bytes_per_parameter;
  /// Four-bit checkpoints of mixtures leave attention in 16 bits; set when those in nvfp4 have its
  /// output projection in nvfp4 too, as Nvidia's second ones of DeepSeek-V3 and R1.
  bool nvfp4_attention_output = false;
  /// What the maker says, where the shape above leaves something out (hybrid or vision parts).
  std::optional<double> parameters_published;
  std::optional<double> active_parameters_published;

  int layers() const;
};

bool has_experts(const ModelArchitecture& model);

}  // namespace offtake::model
