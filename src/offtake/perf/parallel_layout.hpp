#pragma once

namespace offtake::perf {

/// How a job is split over chips; each degree is at least one.
struct ParallelLayout {
  int tensor = 1;    ///< Ranks that share each matrix.
  int pipeline = 1;  ///< Stages, each with its own layers.
  int data = 1;      ///< Ranks that see different samples.
  int context = 1;   ///< Ranks that share the tokens of one sample.
  int expert = 1;    ///< Ranks over which experts are dealt out; carved out of one stage's ranks.

  constexpr int chips() const { return tensor * pipeline * data * context; }
  /// Chips of one pipeline stage.
  constexpr int chips_per_stage() const { return tensor * data * context; }
  /// Ranks that hold the same weights of the dense layers, so reduce their gradients together.
  constexpr int replicas() const { return data * context; }

  bool operator==(const ParallelLayout&) const = default;
};

}  // namespace offtake::perf
