#pragma once

namespace offtake::perf {

/// How many layers the fullest stage, and the last one, hold. Layers are dealt out in groups as
/// even as possible; where layers and two divide evenly, the first and last stage hold one less, to
/// make room for the embedding and the output layer (as Megatron-LM does for Llama 3.1 405B, 126
/// layers).
struct StageLayers {
  int fullest = 0;
  int first = 0;
  int last = 0;
};

constexpr StageLayers stage_layers(int layers, int stages, int virtual_stages) {
  const int groups = stages * virtual_stages;
  if (stages == 1) return {.fullest = layers, .first = layers, .last = layers};
  if (layers % groups != 0 && (layers + 2) % groups == 0) {
    const int even = (layers + 2) / stages;
    return {.fullest = even, .first = even - 1, .last = even - 1};
  }
  const int fullest = (layers + groups - 1) / groups * virtual_stages;
  const int last = layers / groups * virtual_stages;
  return {.fullest = fullest, .first = fullest, .last = last};
}

}  // namespace offtake::perf
