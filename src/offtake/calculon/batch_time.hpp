#pragma once

#include "offtake/calculon/block.hpp"
#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/machine.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

/// The first stage's time for a batch, in parts that follow one another.
struct BatchTime {
  Seconds forward;
  Seconds backward;
  Seconds optimizer;
  Seconds forward_offload;  ///< Wait for the host's memory.
  Seconds backward_offload;
  Seconds recompute;
  Seconds recommunication;  ///< Exchanges of the forward pass that the backward pass repeats.
  Seconds bubble;
  Seconds tensor_communication;
  Seconds pipeline_communication;
  Seconds data_communication;

  Seconds total() const {
    return forward + backward + optimizer + forward_offload + backward_offload + recompute +
           recommunication + bubble + tensor_communication + pipeline_communication +
           data_communication;
  }
};

/// What a batch keeps the links busy, hidden or not.
struct LinkTime {
  Seconds recommunication;
  Seconds tensor;
  Seconds pipeline;
  Seconds data;
};

/// All that a batch's time depends on, but the execution itself.
struct BatchCosts {
  const BlockCost& block;
  const OptimizerCost& optimizer;  ///< For Execution::optimizer_ranks().
  const Machine& machine;
  StageShape stage;
};

BatchTime batch_time(const Execution& execution, const BatchCosts& costs);

LinkTime link_time(const Execution& execution, const BatchCosts& costs);

/// Never above batch_time(...).total() of any execution that differs from this one in the offload,
/// the overlap of data or the networks of pipeline and data only: messages between stages, waits
/// for the host and the exchange of gradients are left out. Sums and products of figures that are
/// not negative round monotonously, so this holds to the last bit.
Seconds batch_time_bound(const Execution& execution, const BatchCosts& costs);

}  // namespace offtake::calculon
