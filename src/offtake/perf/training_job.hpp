#pragma once

#include "offtake/hardware/numeric_format.hpp"

namespace offtake::perf {

/// What one training step is to do, however it is laid out.
struct TrainingJob {
  int sequence = 4096;      ///< Tokens of one sample.
  int global_batch = 1024;  ///< Samples between two updates of the weights.
  /// In which the layers' products multiply; attention, router and output layer stay 16-bit.
  hardware::NumericFormat format = hardware::NumericFormat::kBf16;

  /// Of adapters beside every matrix of the layers, which alone train; zero: all weights do.
  /// Source: Hu et al., "LoRA: low-rank adaptation of large language models", 2021.
  int adapter_rank = 0;
  /// Modules that predict tokens further ahead, each a layer and an output layer more (DeepSeek-AI,
  /// "DeepSeek-V3", 2024, section 2.2).
  int prediction_modules = 0;

  constexpr double tokens() const { return static_cast<double>(sequence) * global_batch; }
};

}  // namespace offtake::perf
