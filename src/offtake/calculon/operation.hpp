#pragma once

#include "offtake/calculon/machine.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

/// Numbers are 16-bit floats, in memory and on the wire.
inline constexpr Bytes kElement = Bytes::in_base_units(2.0);
/// Kept for each parameter by Adam beside its 16-bit value: a 32-bit copy and two moments.
inline constexpr Bytes kOptimizerState = Bytes::in_base_units(12.0);
/// Of a gradient before it is summed over replicas.
inline constexpr Bytes kWholeGradient = Bytes::in_base_units(4.0);

/// What one pass of an operation asks of a chip.
struct Work {
  Flops compute;
  Bytes memory;

  bool operator==(const Work&) const = default;
};

/// Compute and memory traffic of an operation follow one another ("no overlap").
struct WorkTime {
  Seconds compute;
  Seconds memory;
  Seconds total() const { return compute + memory; }
};

enum class OperationKind {
  kMatrix,
  kVector,
  kExchange,      ///< A collective of the tensor ranks by itself.
  kTiledProduct,  ///< A product and the collective before or after it, tile by tile.
};

/// One operation of a block on one rank, for one micro-batch.
struct Operation {
  OperationKind kind = OperationKind::kVector;
  Work forward;
  Work input_gradient;
  Work weight_gradient;
  double parameters = 0.0;
  Bytes activation;           ///< Input that the backward pass reads.
  Bytes activation_gradient;  ///< Of the output.
  Bytes output;

  bool recomputed = false;         ///< Forward runs again in the backward pass.
  bool activation_kept = true;     ///< From the forward to the backward pass.
  bool output_kept = true;         ///< For the next operation, whose input it is.
  bool activation_shared = false;  ///< Another operation holds the same input.

  // Of kExchange and kTiledProduct:
  bool reduces = false;          ///< Sums forward and spreads backward; else the reverse.
  bool exchanged_again = false;  ///< The forward collective runs again in the backward pass.
  Bytes buffer;                  ///< Of the collective.
};

WorkTime work_time(const Machine& machine, OperationKind kind, const Work& work);

/// Adam's step over `parameters`: 11 FLOP each, its state read or written once.
Work optimizer_work(double parameters);

/// An input of `elements` that goes to `readers`; their gradients are summed.
Operation fork(double elements, int readers);
Operation layer_norm(double elements, double hidden);
Operation dropout(double elements);  ///< With a mask of one byte an element.
Operation softmax(double elements);
/// GeLU; `fused` with the product before, it keeps nothing.
Operation gelu(double elements, bool fused);
Operation residual(double elements);  ///< Sum of two inputs.

/// rows x in times in x out.
struct ProductShape {
  double rows = 0.0;
  double in = 0.0;
  double out = 0.0;
};
/// By weights.
Operation linear(const ProductShape& shape);
/// `count` products of two activations.
Operation batched_product(double count, const ProductShape& shape);

}  // namespace offtake::calculon
