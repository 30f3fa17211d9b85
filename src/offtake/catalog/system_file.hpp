#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "offtake/catalog/efficiency_file.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/units/month.hpp"
#include "offtake/yaml/object_reader.hpp"

namespace offtake::catalog {

/// What a stack's file says, and for what.
struct StackFile {
  std::string id;
  Purpose purpose = Purpose::kServing;
  yaml::ObjectReader reader;
};

/// Software that serves models, as measurements name it.
struct ServingStack {
  std::string id;
  std::vector<std::string> engines;                ///< In small letters: "vllm", "tensorrt-llm".
  std::vector<std::string> vendors;                ///< Whose chips it runs on.
  std::optional<hardware::NumericFormat> weights;  ///< When nothing is said; absent: as published.
  /// Of the cache when weights have eight bits or fewer and nothing is said; 16 bits when absent.
  std::optional<hardware::NumericFormat> kv_cache;
};

/// Software that trains, as measurements name it.
struct TrainingStack {
  std::string id;
  std::vector<std::string> engines;  ///< In small letters: "megatron-lm", "nemo".
  std::vector<std::string> vendors;  ///< Whose chips it runs on.
  std::optional<Date> until;         ///< Of an older generation of the engine: its last day.
  bool fully_sharded = false;        ///< Weights are sharded when nothing is said (FSDP).
  /// Layers are computed again where a chip has no room otherwise, when nothing is said.
  bool recompute_to_fit = false;
  bool prediction_modules = false;  ///< A model's modules of prediction train with it.
};

/// What a system's file refers to by name; each returns null for an unknown name, and its message
/// says which are known.
struct SystemParts {
  std::function<const hardware::Chip*(std::string_view)> chip;
  std::function<const StackFile*(std::string_view)> stack;
  std::function<std::string(std::string_view)> chips_known;  ///< "a chip of the catalog (did ...)"
  std::function<std::string(std::string_view)> stacks_known;
};

/// A system of which too little is published for a model of it.
struct UnmodelledSystem {
  std::string id;
  std::string name;
  std::string provider;
  std::string reason;
  std::string source;
};

/// The system's reason when its file gives `without_figures` instead of figures.
std::optional<UnmodelledSystem> read_unmodelled_system(const yaml::ObjectReader& file,
                                                       std::string id);

/// Stacks in place of those that a system's file names; an empty id leaves the file's.
struct StacksInstead {
  std::string_view serving;
  std::string_view training;
};

/// Reads a system; its problems stay with the reader. `chip` is a chip's id or a mapping as in a
/// chip's file; `serving` and `training` name a stack and override its figures.
hardware::System read_system(const yaml::ObjectReader& file, std::string id,
                             const SystemParts& parts, yaml::Evidence evidence,
                             const StacksInstead& instead = {});

/// Reads the head of a stack's file and checks all of it, with no chip's formats in particular.
StackFile read_stack(const yaml::ObjectReader& file, std::string id, yaml::Evidence evidence);

/// What the stack's file says of the software itself.
ServingStack read_serving_stack(const StackFile& stack);
TrainingStack read_training_stack(const StackFile& stack);

}  // namespace offtake::catalog
