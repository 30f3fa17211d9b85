#include "offtake/study/yield_table.hpp"

#include <algorithm>

namespace offtake::study {

const ChipYield* YieldTable::find(std::string_view workload, std::string_view system) const {
  const auto at = std::ranges::find_if(yields, [&](const ChipYield& yield) {
    return yield.workload == workload && yield.system == system;
  });
  return at == yields.end() ? nullptr : &*at;
}

}  // namespace offtake::study
