#pragma once

#include <algorithm>
#include <memory>
#include <optional>

#include "offtake/perf/speculation.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::perf {

class OperationTable;

/// What the serving model assumes of every stack. Each moves the answer and may be set.
struct ServingAssumptions {
  double chunk_tokens = 8192;   ///< Prefill tokens that a rank takes into one step.
  double sequences_max = 2048;  ///< Running sequences of one attention rank.
  /// Sequences that each decode step of a replica computes, with as many running or not: graphs
  /// that are compiled for one batch pad to it. Zero where a step has the running ones only.
  double batch_compiled = 0;
  /// Tokens as which each shorter prompt is computed, for the same reason.
  double prompt_compiled = 0;
  /// Share of the output for which cache is free at entry; absent: as the stack has it.
  std::optional<double> kv_output_held;
  /// Shape of the gamma by which experts differ in popularity; large is uniform. Set by published
  /// runs, most of random prompts, which predict each other best from 1.6 up; text is more skewed,
  /// so that a batch of it reaches fewer experts.
  double expert_evenness = 3.0;
  /// Share of the time in which a stage of a pipeline has work: micro-batches are uneven and each
  /// token waits for the last. An estimate; no published runs isolate it.
  double pipeline_fill = 0.85;
  /// Heads that do not divide over the tensor ranks are padded, as Neuron does, and experts that do
  /// not divide over their ranks lie unevenly, instead of being refused.
  bool pad_heads = false;
  Bytes dispatch_element = Bytes::in_base_units(1.0);  ///< An activation sent to its expert.
  Bytes combine_element = Bytes::in_base_units(2.0);   ///< And back.
  Bytes activation_element = Bytes::in_base_units(2.0);
  Speculation speculation;  ///< None unless set.
  /// From the end of a prefill to the first byte of its cache on the way to a decode worker: the
  /// router's answer and the exchange of addresses. An estimate.
  Seconds kv_handshake = Seconds::in_base_units(10e-3);
  /// Requests that begin together and are of like length stay bunched, so in a closed loop through
  /// two pools a prompt waits for at least this share of all others. Fitted to the median TTFT of
  /// 231 runs of DeepSeek-R1 in pools that InferenceX published, 2026; zero is random arrivals.
  double prefill_bunching = 0.1;
  /// Greatest load at which a search plans a pool of prefill workers; its queue has no end at one.
  double prefill_load_max = 0.95;
  /// Measured operations of the chip with its stack: where they cover a part of a layer, they
  /// answer instead of the model. None unless given.
  std::shared_ptr<const OperationTable> operations;

  /// Tokens that a prefill computes for a prompt that has `tokens` to compute.
  double padded(double tokens) const { return std::max(tokens, prompt_compiled); }
};

}  // namespace offtake::perf
