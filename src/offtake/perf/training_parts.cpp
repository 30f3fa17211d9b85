#include "offtake/perf/training_parts.hpp"

namespace offtake::perf {

std::vector<TrainingTimePart> training_time_parts(const TrainingTime& time) {
  std::vector<TrainingTimePart> parts{{"products", time.products},
                                      {"experts", time.experts},
                                      {"attention", time.attention},
                                      {"elementwise", time.elementwise},
                                      {"recompute", time.recompute},
                                      {"launches", time.launches},
                                      {"logits", time.logits},
                                      {"tensor communication", time.tensor_communication},
                                      {"context communication", time.context_communication},
                                      {"expert communication", time.expert_communication},
                                      {"pipeline communication", time.pipeline_communication},
                                      {"data communication", time.data_communication},
                                      {"contention", time.contention},
                                      {"bubble", time.bubble},
                                      {"optimizer", time.optimizer},
                                      {"stragglers", time.stragglers},
                                      {"fixed", time.fixed}};
  std::erase_if(parts, [](const TrainingTimePart& part) { return part.time <= Seconds{}; });
  return parts;
}

Seconds exposed_communication(const TrainingTime& time) {
  return time.tensor_communication + time.context_communication + time.expert_communication +
         time.pipeline_communication + time.data_communication + time.contention;
}

std::vector<TrainingMemoryPart> training_memory_parts(const TrainingMemory& memory) {
  std::vector<TrainingMemoryPart> parts{
      {"weights", memory.weights},     {"gradients", memory.gradients},
      {"optimizer", memory.optimizer}, {"activations", memory.activations},
      {"logits", memory.logits},       {"gathered", memory.gathered},
      {"reserved", memory.reserved}};
  std::erase_if(parts, [](const TrainingMemoryPart& part) { return part.bytes <= Bytes{}; });
  return parts;
}

}  // namespace offtake::perf
