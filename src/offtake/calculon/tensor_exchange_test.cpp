#include "offtake/calculon/tensor_exchange.hpp"

#include <doctest/doctest.h>

#include "offtake/calculon/calculon_example.hpp"
#include "offtake/units/literals.hpp"

namespace offtake::calculon {

using namespace literals;

namespace {

const Machine kMachine = example::round_numbers();

/// A product of 4 x 4 by 4 x 4 on two ranks: a rank computes 4 x 4 by 4 x 2.
constexpr ProductShape kShape{4.0, 4.0, 4.0};

BlockOptions two_ranks(TensorExchange exchange, TensorOverlap overlap = TensorOverlap::kRing) {
  return {.tensor = 2, .exchange = exchange, .overlap = overlap};
}

}  // namespace

TEST_CASE("an all-reduce sums, and the way back is free") {
  const BlockOptions options = two_ranks(TensorExchange::kAllReduce, TensorOverlap::kNone);
  // 16 elements, 32 bytes: 2 (2 - 1) / 2 x 32 on the wire, 8 additions, the buffer moved twice.
  const OperationExchange sums =
      exchange_cost(exchange_operation(16.0, options, true), options, BlockPlace::kInner, kMachine);
  CHECK(sums.forward.link == 1.0_s * (32 + 8 + 64));
  CHECK(sums.forward.exposed == sums.forward.link);
  CHECK(sums.backward.link == Seconds{});
  const OperationExchange spreads = exchange_cost(exchange_operation(16.0, options, false), options,
                                                  BlockPlace::kInner, kMachine);
  CHECK(spreads.forward.link == Seconds{});
  CHECK(spreads.backward.link == 1.0_s * (32 + 8 + 64));
}

TEST_CASE("slices of the sequence are summed one way and gathered the other") {
  const BlockOptions options = two_ranks(TensorExchange::kSequence, TensorOverlap::kNone);
  Operation gather = exchange_operation(16.0, options, false);
  gather.exchanged_again = true;
  const OperationExchange cost = exchange_cost(gather, options, BlockPlace::kInner, kMachine);
  // (2 - 1) / 2 x 32 bytes each way; the gather moves its buffer twice, the sum adds 8 elements.
  CHECK(cost.forward.link == 1.0_s * (16 + 64));
  CHECK(cost.backward.link == 1.0_s * (16 + 8 + 64));
  CHECK(cost.again.link == 1.0_s * 16);
  CHECK(gather.activation == 16.0_B);  // A slice.
}

TEST_CASE("scattered stages exchange slices after the last block of a chunk only") {
  const Operation sum = exchange_operation(
      16.0, two_ranks(TensorExchange::kScatteredStages, TensorOverlap::kNone), true);
  const auto inner = collectives_of(sum, TensorExchange::kScatteredStages, BlockPlace::kInner);
  const auto last = collectives_of(sum, TensorExchange::kScatteredStages, BlockPlace::kLast);
  CHECK(inner.forward == Collective::kAllReduce);
  CHECK(!inner.backward.has_value());
  CHECK(last.forward == Collective::kReduceScatter);
  CHECK(last.backward == Collective::kAllGather);
}

TEST_CASE("tiles hide communication that is shorter than compute") {
  const BlockOptions options = two_ranks(TensorExchange::kSequence);
  const Operation product = tiled_product(kShape, options, false);
  // Compute 2 x 4 x 4 x 2 = 64 s; memory (16 + 8 + 8) x 2 = 64 s; the gather of 32 bytes 16 s.
  // Two tiles of (64 + 64) / 2, and one tile of 8 s of communication takes half the engines.
  const TiledProductCost cost = tiled_product_cost(product, options, kMachine);
  CHECK(cost.forward == 1.0_s * (64 + 64 + 8 * 0.5));
  CHECK(cost.inner.forward.exposed == Seconds{});
  CHECK(cost.inner.forward.link == 1.0_s * 16);
}

TEST_CASE("a pipe leaves one tile of communication in the open, counted in both times") {
  const BlockOptions options = two_ranks(TensorExchange::kSequence, TensorOverlap::kPipe);
  const TiledProductCost cost =
      tiled_product_cost(tiled_product(kShape, options, false), options, kMachine);
  CHECK(cost.forward == 1.0_s * (64 + 64 + 8 * 0.5 + 8));
  CHECK(cost.inner.forward.exposed == 1.0_s * 8);
}

TEST_CASE("communication that is longer than slowed compute shows its excess") {
  Machine slow = kMachine;
  slow.networks[0].sustained = Bandwidth::in_base_units(1.0 / 16.0);
  const BlockOptions options = two_ranks(TensorExchange::kSequence);
  // The gather takes 256 s, a tile 128 s; a tile of compute 32 s, slowed to 64 s: 64 s too long.
  // One tile of (64 + 64) / 2, and one of (128 + 64) / 2 slowed.
  const TiledProductCost cost =
      tiled_product_cost(tiled_product(kShape, options, false), options, slow);
  CHECK(cost.forward == 1.0_s * (64 + 96));
  CHECK(cost.inner.forward.exposed == 1.0_s * 64);
}

TEST_CASE("a tiled product without communication in a pass is a plain one") {
  const BlockOptions options = two_ranks(TensorExchange::kAllReduce);
  const Operation product = tiled_product(kShape, options, false);
  CHECK(tiled_product_cost(product, options, kMachine).forward == 1.0_s * (64 + 64));
}

}  // namespace offtake::calculon
