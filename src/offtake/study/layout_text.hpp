#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "offtake/base/input_error.hpp"
#include "offtake/perf/training_layout.hpp"

namespace offtake::study {

/// A part of a layout under the key by which it is asked for: a count, or a choice's name.
using LayoutField = std::pair<std::string_view, std::variant<int, std::string>>;

/// All parts of a layout: tp, pp, dp, cp, ep, vpp, micro, recompute, sharding, sp (norms split the
/// sequence: 0 or 1), schedule, context, shard (data ranks that shard; 0: all).
std::vector<LayoutField> layout_fields(const perf::TrainingLayout& layout);

/// "tp=8,pp=16,dp=128,cp=1,ep=1,vpp=1,micro=1,recompute=none,sharding=zero1", and sp, schedule,
/// context and shard where they are not what is taken when they are left out. `parse_layout` reads
/// the same layout from it.
std::string describe(const perf::TrainingLayout& layout);

/// Parts that are left out are those of a layout of one chip, ZeRO-1 and 1F1B. "sharding=fsdp" is
/// zero3, and "sharding=hsdp" zero3 with a shard. What cannot be read is added to `problems` with
/// the part's key behind `option`.
perf::TrainingLayout parse_layout(const std::string& text, const std::string& option,
                                  std::vector<Problem>& problems);

}  // namespace offtake::study
