#include "offtake/perf/search_space.hpp"

namespace offtake::perf {

std::optional<ServingMode> parse_serving_mode(std::string_view name) {
  if (name == "aggregated") return ServingMode::kAggregated;
  if (name == "disaggregated") return ServingMode::kDisaggregated;
  if (name == "any") return ServingMode::kAny;
  return std::nullopt;
}

SearchSpace default_search_space(const hardware::Chip& chip) {
  using hardware::NumericFormat;
  const auto rate = [&](NumericFormat format) {
    const auto* peak = chip.compute_peak.find(format);
    return peak == nullptr ? ComputeRate{} : peak->value;
  };
  const ComputeRate plain = rate(NumericFormat::kFp8);
  const ComputeRate scaled = rate(NumericFormat::kMxfp8);
  if (plain == ComputeRate{} && scaled == ComputeRate{}) {
    return {.weights = {NumericFormat::kBf16}, .kv_cache = {NumericFormat::kBf16}};
  }
  return {.weights = {scaled > plain ? NumericFormat::kMxfp8 : NumericFormat::kFp8},
          .kv_cache = {NumericFormat::kFp8}};
}

}  // namespace offtake::perf
