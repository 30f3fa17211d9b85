#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "offtake/hardware/chip.hpp"
#include "offtake/hardware/numeric_format.hpp"

namespace offtake::perf {

/// Whether prefill and decode share chips.
enum class ServingMode {
  kAggregated,     ///< They do.
  kDisaggregated,  ///< Each has a pool of its own.
  kAny,            ///< Whichever is better.
};

/// "aggregated", "disaggregated" or "any"; nothing for another name.
std::optional<ServingMode> parse_serving_mode(std::string_view name);

/// What a search may choose from.
struct SearchSpace {
  std::vector<hardware::NumericFormat> weights;   ///< At least one.
  std::vector<hardware::NumericFormat> kv_cache;  ///< At least one.
  int chips_max = 64;                             ///< Of one replica, or of one worker of a pool.
  int pipeline_max = 8;
  ServingMode mode = ServingMode::kAggregated;
  int pools_chips_max = 256;  ///< Of both pools together; an estimate of what is run as one.
};

/// Eight bits for weights and cache where the chip multiplies them, else sixteen: what is served
/// without a loss of quality that needs a study of its own. Four bits are for the user to allow. Of
/// the eight-bit formats that the chip multiplies faster: weights scaled by blocks of 128 are
/// rounded once more to the power-of-two scales of microscaled products, as vLLM and SGLang do on
/// Blackwell.
SearchSpace default_search_space(const hardware::Chip& chip);

}  // namespace offtake::perf
