#include "offtake/calculon/operation.hpp"

namespace offtake::calculon {
namespace {

Flops flops(double count) { return Flops::in_base_units(count); }

/// An elementwise operation: `forward` and `backward` FLOP an element, one input, one output, and
/// the same traffic in both passes.
Operation elementwise(double elements, double forward, double backward) {
  const Bytes size = elements * kElement;
  return {.kind = OperationKind::kVector,
          .forward = {flops(forward * elements), 2.0 * size},
          .input_gradient = {flops(backward * elements), 2.0 * size},
          .activation = size,
          .activation_gradient = size,
          .output = size};
}

}  // namespace

WorkTime work_time(const Machine& machine, OperationKind kind, const Work& work) {
  const bool matrix = kind == OperationKind::kMatrix || kind == OperationKind::kTiledProduct;
  return {(matrix ? machine.matrix : machine.vector).time(work.compute),
          machine.memory.time(work.memory)};
}

Work optimizer_work(double parameters) {
  return {flops(11.0 * parameters), parameters * kOptimizerState};
}

Operation fork(double elements, int readers) {
  const Bytes size = elements * kElement;
  return {.input_gradient = {flops(readers * elements), (readers + 1) * size}, .activation = size};
}

Operation layer_norm(double elements, double hidden) {
  Operation norm = elementwise(elements, 9.0, 14.0);
  norm.parameters = 2.0 * hidden;
  norm.forward.memory += norm.parameters * kElement;
  norm.input_gradient.memory += norm.parameters * kElement;
  norm.weight_gradient = {flops(7.0 * elements), norm.input_gradient.memory};
  return norm;
}

Operation dropout(double elements) {
  const Bytes mask = Bytes::in_base_units(elements);
  Operation drop = elementwise(elements, 1.0, 1.0);
  drop.forward.memory += mask;
  drop.input_gradient.memory += mask;
  drop.activation = mask;
  drop.activation_gradient = mask;  // Counted at the mask's size.
  return drop;
}

Operation softmax(double elements) { return elementwise(elements, 5.0, 8.0); }

Operation gelu(double elements, bool fused) {
  Operation activation = elementwise(elements, 8.0, 13.0);
  if (fused) {
    activation.activation = Bytes{};
    activation.activation_gradient = Bytes{};
  }
  return activation;
}

Operation residual(double elements) {
  const Bytes size = elements * kElement;
  Operation sum = elementwise(elements, 1.0, 2.0);
  sum.forward.memory += size;
  sum.input_gradient.memory += size;
  sum.activation = 2.0 * size;
  return sum;
}

Operation linear(const ProductShape& shape) {
  const Bytes input = shape.rows * shape.in * kElement;
  const Bytes output = shape.rows * shape.out * kElement;
  const double parameters = shape.in * shape.out;
  const Work pass{flops(2.0 * shape.rows * parameters), input + output + parameters * kElement};
  return {.kind = OperationKind::kMatrix,
          .forward = pass,
          .input_gradient = pass,
          .weight_gradient = pass,
          .parameters = parameters,
          .activation = input,
          .activation_gradient = output,
          .output = output};
}

Operation batched_product(double count, const ProductShape& shape) {
  const Bytes inputs = count * (shape.rows * shape.in + shape.in * shape.out) * kElement;
  const Bytes output = count * shape.rows * shape.out * kElement;
  const Flops pass = flops(count * 2.0 * shape.rows * shape.in * shape.out);
  return {.kind = OperationKind::kMatrix,
          .forward = {pass, inputs + output},
          .input_gradient = {2.0 * pass, inputs + output},
          .activation = inputs,
          .activation_gradient = output,
          .output = output};
}

}  // namespace offtake::calculon
