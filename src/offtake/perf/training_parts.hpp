#pragma once

#include <string_view>
#include <vector>

#include "offtake/perf/training_memory.hpp"
#include "offtake/perf/training_step.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

struct TrainingTimePart {
  std::string_view name;  ///< "tensor communication".
  Seconds time;
};

/// The parts of a step by name, in the order of TrainingTime, without those that take no time; they
/// sum to the step.
std::vector<TrainingTimePart> training_time_parts(const TrainingTime& time);

/// What of a step waits for transfers, with the compute that transfers beside it slow down.
Seconds exposed_communication(const TrainingTime& time);

struct TrainingMemoryPart {
  std::string_view name;
  Bytes bytes;
};

/// The same of a chip's memory.
std::vector<TrainingMemoryPart> training_memory_parts(const TrainingMemory& memory);

}  // namespace offtake::perf
