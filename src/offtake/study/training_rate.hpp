#pragma once

#include <optional>

#include "offtake/hardware/numeric_format.hpp"
#include "offtake/hardware/system.hpp"
#include "offtake/model/model_architecture.hpp"
#include "offtake/perf/yield.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::study {

/// The job by which a planner values a chip for training, where the book does not say.
struct PlannedTraining {
  int chips = 8192;
  int sequence = 8192;
  /// Tokens of one step: frontier runs of 2024 step 16 million (Grattafiori et al., "The Llama 3
  /// herd of models", 2024).
  double batch_tokens = 16e6;
  hardware::NumericFormat format = hardware::NumericFormat::kBf16;
};

/// Model FLOP/s that one chip sustains on the best layout, with its 80% band; nothing when no
/// layout fits. Searches a part of the layouts, the ones that large runs use: whole micro-batches
/// of up to four samples, ZeRO-1 or ZeRO-3, all or no recompute. Chips and samples are rounded down
/// to a power of two, so that a plan's odd counts find a layout.
std::optional<perf::Yield<ComputeRate>> training_flops_rate_per_chip(
    const hardware::System& system, const model::ModelArchitecture& model,
    const PlannedTraining& planned);

}  // namespace offtake::study
