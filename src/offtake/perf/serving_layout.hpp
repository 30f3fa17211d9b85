#pragma once

#include "offtake/hardware/numeric_format.hpp"

namespace offtake::perf {

/// How one replica of a serving deployment is split, and what it stores.
struct ServingLayout {
  int tensor = 1;          ///< Ranks that share one attention layer.
  int attention_data = 1;  ///< Groups of tensor ranks, each with its own sequences.
  int pipeline = 1;        ///< Stages, each with its own layers.
  int expert = 1;          ///< Ranks that experts are dealt to; the other way is to cut each one.
  hardware::NumericFormat weights = hardware::NumericFormat::kBf16;
  hardware::NumericFormat kv_cache = hardware::NumericFormat::kBf16;

  /// Chips of one pipeline stage; feed-forward layers are spread over all of them.
  constexpr int chips_per_stage() const { return tensor * attention_data; }
  constexpr int chips() const { return tensor * attention_data * pipeline; }

  bool operator==(const ServingLayout&) const = default;
};

}  // namespace offtake::perf
