#pragma once

#include <algorithm>

#include "offtake/perf/training_layout.hpp"
#include "offtake/perf/training_work.hpp"

namespace offtake::perf {

/// Times that each key and value is held by the ranks of a sample, together: more than once where
/// heads are dealt to more ranks than there are heads of keys, as with kUlysses.
constexpr double kv_copies(const LayerWork& layer, const TrainingLayout& layout) {
  if (layout.context_kind != ContextKind::kUlysses || layer.kv_heads == 0) return 1.0;
  const double ranks = static_cast<double>(layout.parallel.tensor) * layout.parallel.context;
  return std::max(1.0, ranks / layer.kv_heads);
}

}  // namespace offtake::perf
