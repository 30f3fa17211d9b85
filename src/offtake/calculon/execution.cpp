#include "offtake/calculon/execution.hpp"

namespace offtake::calculon {

StageShape stage_shape(int blocks, const Execution& execution) {
  const int uneven = blocks % execution.pipeline;
  return {.blocks = blocks / execution.pipeline + (uneven == 0 ? 0 : 1),
          .chunks = execution.interleaving,
          .missing = uneven == 0 ? 0 : execution.pipeline - uneven};
}

}  // namespace offtake::calculon
