#include "offtake/calculon/operation.hpp"

#include <doctest/doctest.h>

#include "offtake/calculon/calculon_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::calculon {

using namespace literals;

TEST_CASE("an operation is as efficient as the step of its size says") {
  const Machine a100 = example::a100();
  // 1 GFLOP at 60% of 312 TFLOP/s; 10 MB at 75% of 2,048 GB/s.
  CHECK(a100.matrix.time(1.0_GFLOP).in(1.0_us) == doctest::Approx(1e3 / (0.6 * 312.0)));
  CHECK(a100.memory.time(10.0_MB).in(1.0_us) == doctest::Approx(10.0 / (0.75 * 2.048)));
  // Just below a step the smaller operation takes longer than the one on it.
  CHECK(a100.matrix.time(0.999_GFLOP) > a100.matrix.time(1.0_GFLOP));
  CHECK(a100.vector.time(Flops{}) == Seconds{});
}

TEST_CASE("a collective has one latency whatever its ranks") {
  const Network& island = example::a100().networks[0];
  // 10 us, then 2 (8 - 1) / 8 of 1 GB at 65% of 300 GB/s.
  CHECK(island.time(Collective::kAllReduce, 1.0_GB, 8).in(1.0_us) ==
        doctest::Approx(10.0 + 1.75e6 / 195.0));
  // 10 us, then 1.5 (2 - 1) / 2 of it.
  CHECK(island.time(Collective::kAllGather, 1.0_GB, 2).in(1.0_us) ==
        doctest::Approx(10.0 + 0.75e6 / 195.0));
  CHECK(island.time(1.0_GB).in(1.0_us) == doctest::Approx(10.0 + 1e6 / 195.0));
}

TEST_CASE("a product by weights does the same work in all its passes") {
  // 2 x 3 by 3 x 5: 30 multiply-adds; 6, 10 and 15 elements of two bytes.
  const Operation product = linear({2.0, 3.0, 5.0});
  for (const Work& pass : {product.forward, product.input_gradient, product.weight_gradient}) {
    CHECK(pass.compute == 60.0_FLOP);
    CHECK(pass.memory == 62.0_B);
  }
  CHECK(product.parameters == 15.0);
  CHECK(product.activation == 12.0_B);
  CHECK(product.activation_gradient == 20.0_B);
}

TEST_CASE("a product of activations has two gradients") {
  // Four of 2 x 3 by 3 x 5: 240 FLOP forward; inputs 84 elements, outputs 40.
  const Operation product = batched_product(4.0, {2.0, 3.0, 5.0});
  CHECK(product.forward.compute == 240.0_FLOP);
  CHECK(product.forward.memory == 248.0_B);
  CHECK(product.input_gradient.compute == 480.0_FLOP);
  CHECK(product.weight_gradient.memory == Bytes{});
  CHECK(product.activation == 168.0_B);
}

TEST_CASE("a norm reads its input, output and two vectors of weights") {
  // 12 elements, hidden size 4: (12 + 12 + 8) x 2 bytes.
  const Operation norm = layer_norm(12.0, 4.0);
  CHECK(norm.forward.compute == 108.0_FLOP);
  CHECK(norm.forward.memory == 64.0_B);
  CHECK(norm.input_gradient.compute == 168.0_FLOP);
  CHECK(norm.weight_gradient.compute == 84.0_FLOP);
  CHECK(norm.weight_gradient.memory == 64.0_B);
  CHECK(norm.parameters == 8.0);
}

TEST_CASE("dropout keeps a mask of one byte an element") {
  const Operation drop = dropout(10.0);
  CHECK(drop.forward.memory == 50.0_B);  // 20 in, 20 out, 10 of mask.
  CHECK(drop.activation == 10.0_B);
}

TEST_CASE("a fork costs the sum of its readers' gradients") {
  const Operation input = fork(10.0, 3);
  CHECK(input.forward.memory == Bytes{});
  CHECK(input.input_gradient.compute == 30.0_FLOP);
  CHECK(input.input_gradient.memory == 80.0_B);  // Three gradients and their sum.
}

TEST_CASE("a fused activation keeps nothing and moves the same") {
  CHECK(gelu(10.0, true).activation == Bytes{});
  CHECK(gelu(10.0, false).activation == 20.0_B);
  CHECK(gelu(10.0, true).forward.memory == gelu(10.0, false).forward.memory);
}

TEST_CASE("Adam keeps a copy and two moments in 32 bits") {
  CHECK(optimizer_work(10.0).compute == 110.0_FLOP);
  CHECK(optimizer_work(10.0).memory == 120.0_B);
}

}  // namespace offtake::calculon
