#include "offtake/study/yield_table.hpp"

#include <algorithm>

namespace offtake::study {

const ChipYield* YieldTable::find(std::string_view workload, std::string_view system) const {
  const auto at = std::ranges::find_if(yields, [&](const ChipYield& yield) {
    return yield.workload == workload && yield.system == system;
  });
  return at == yields.end() ? nullptr : &*at;
}

YieldTable at_band_end(YieldTable yields, std::string_view system, BandEnd end) {
  for (ChipYield& yield : yields.yields) {
    if (yield.system != system || !yield.feasible) continue;
    yield.value = end == BandEnd::kLow ? yield.low : yield.high;
  }
  return yields;
}

}  // namespace offtake::study
