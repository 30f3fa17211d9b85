#include "offtake/calculon/tensor_exchange.hpp"

#include <cstddef>

namespace offtake::calculon {
namespace {

const Network& network_of(const BlockOptions& options, const Machine& machine) {
  return machine.networks.at(static_cast<std::size_t>(options.tensor_network));
}

/// Additions of a rank that sums a buffer with its peers.
Flops sum_of(Bytes buffer, int ranks) {
  return Flops::in_base_units(buffer / kElement * (ranks - 1) / ranks);
}

ExchangeCost cost_of(std::optional<Collective> collective, Bytes buffer,
                     const BlockOptions& options, const Machine& machine) {
  if (!collective) return {};
  const Seconds time = network_of(options, machine).time(*collective, buffer, options.tensor);
  return {.buffer = buffer, .link = time, .exposed = time};
}

/// The collectives of a tiled product as if nothing hid them, with the sums of the ranks.
OperationExchange open_exchange(const Operation& operation, const BlockOptions& options,
                                BlockPlace place, const Machine& machine) {
  const OperationCollectives collectives = collectives_of(operation, options.exchange, place);
  const Seconds sums = machine.vector.time(sum_of(operation.buffer, options.tensor));
  OperationExchange open{
      .forward = cost_of(collectives.forward, operation.buffer, options, machine),
      .backward = cost_of(collectives.backward, operation.buffer, options, machine)};
  if (operation.exchanged_again) open.again = open.forward;
  (operation.reduces ? open.forward : open.backward).link += sums;
  return open;
}

struct TiledTime {
  Seconds time;
  Seconds exposed;
};

/// A pass of `work` beside communication of `link`. All but one tile of each run beside one
/// another; the communication takes its share of the engines.
TiledTime tiled_time(const WorkTime& work, Seconds link, const BlockOptions& options,
                     const Network& network) {
  if (link == Seconds{}) return {work.total(), {}};
  const double tiles = options.tensor;
  const double beside = tiles - 1.0;
  const Seconds compute_slowed = work.compute / (1.0 - network.compute_share);
  const Seconds tile = work.total() / tiles;
  const Seconds link_tile = link / tiles;
  const Seconds excess = link_tile - compute_slowed / tiles;
  TiledTime result;
  if (excess > Seconds{}) {
    result = {tile + beside * ((compute_slowed + work.memory) / tiles), beside * excess};
  } else {
    result = {tile + beside * tile + beside * link_tile * network.compute_share, {}};
  }
  if (options.overlap == TensorOverlap::kPipe) {  // Counted in both, as Calculon does.
    result.time += link_tile;
    result.exposed += link_tile;
  }
  return result;
}

}  // namespace

OperationCollectives collectives_of(const Operation& operation, TensorExchange exchange,
                                    BlockPlace place) {
  const bool slices = exchange == TensorExchange::kSequence ||
                      (exchange == TensorExchange::kScatteredStages && place == BlockPlace::kLast);
  OperationCollectives collectives;
  auto& sum = operation.reduces ? collectives.forward : collectives.backward;
  auto& spread = operation.reduces ? collectives.backward : collectives.forward;
  sum = slices ? Collective::kReduceScatter : Collective::kAllReduce;
  if (slices) spread = Collective::kAllGather;
  return collectives;
}

Operation exchange_operation(double elements, const BlockOptions& options, bool reduces) {
  Operation exchange{.kind = OperationKind::kExchange, .reduces = reduces};
  if (options.tensor == 1) return exchange;
  const Bytes whole = elements * kElement;
  const bool slices = options.exchange == TensorExchange::kSequence;
  const Bytes held = slices ? whole / options.tensor : whole;
  exchange.buffer = whole;
  exchange.output = whole;
  exchange.activation = slices || reduces ? held : Bytes{};
  exchange.activation_gradient = slices || !reduces ? held : Bytes{};
  // The side that sums touches the buffer twice; so does the other where it gathers slices.
  Work& sum = reduces ? exchange.forward : exchange.input_gradient;
  Work& spread = reduces ? exchange.input_gradient : exchange.forward;
  sum = {sum_of(whole, options.tensor), 2.0 * whole};
  if (slices) spread.memory = 2.0 * whole;
  return exchange;
}

Operation tiled_product(const ProductShape& shape, const BlockOptions& options, bool reduces) {
  const double ranks = options.tensor;
  const Operation slice = linear({.rows = shape.rows,
                                  .in = reduces ? shape.in / ranks : shape.in,
                                  .out = reduces ? shape.out : shape.out / ranks});
  Operation product = slice;
  product.kind = OperationKind::kTiledProduct;
  product.reduces = reduces;
  product.buffer = reduces ? slice.output : slice.activation;
  if (options.exchange == TensorExchange::kSequence) {
    if (reduces) {
      product.activation_gradient = 2.0 * slice.output / ranks;  // A tile, and one on the wire.
    } else {
      product.activation = slice.activation / ranks;
    }
  } else if (reduces) {
    product.activation = Bytes{};
    product.activation_gradient = 2.0 * slice.output;
  } else {
    product.activation_gradient = Bytes{};
  }
  const Bytes backward =
      slice.parameters * kElement + product.activation + product.activation_gradient;
  product.input_gradient.memory = backward;
  product.weight_gradient.memory = backward;
  return product;
}

OperationExchange exchange_cost(const Operation& operation, const BlockOptions& options,
                                BlockPlace place, const Machine& machine) {
  if (options.tensor == 1) return {};
  const OperationCollectives collectives = collectives_of(operation, options.exchange, place);
  OperationExchange cost{
      .forward = cost_of(collectives.forward, operation.buffer, options, machine),
      .backward = cost_of(collectives.backward, operation.buffer, options, machine)};
  if (operation.exchanged_again) cost.again = cost.forward;
  const Seconds forward = work_time(machine, operation.kind, operation.forward).total();
  const Seconds backward = work_time(machine, operation.kind, operation.input_gradient).total();
  cost.forward.link += forward;
  cost.forward.exposed += forward;
  cost.backward.link += backward;
  cost.backward.exposed += backward;
  return cost;
}

TiledProductCost tiled_product_cost(const Operation& operation, const BlockOptions& options,
                                    const Machine& machine) {
  const Network& network = network_of(options, machine);
  const auto pass = [&](const Work& work, Seconds link) {
    return tiled_time(work_time(machine, operation.kind, work), link, options, network);
  };
  TiledProductCost cost{.inner = open_exchange(operation, options, BlockPlace::kInner, machine),
                        .last = open_exchange(operation, options, BlockPlace::kLast, machine)};
  const TiledTime forward = pass(operation.forward, cost.inner.forward.link);
  const TiledTime input = pass(operation.input_gradient, cost.inner.backward.link);
  cost.forward = forward.time;
  cost.input_gradient = input.time;
  cost.weight_gradient = pass(operation.weight_gradient, cost.inner.again.link).time;
  // One figure of what stays in the open serves both places, and the repeated exchange has the
  // forward one's.
  for (OperationExchange* each : {&cost.inner, &cost.last}) {
    each->forward.exposed = forward.exposed;
    each->backward.exposed = input.exposed;
    each->again.exposed = operation.exchanged_again ? forward.exposed : Seconds{};
  }
  return cost;
}

}  // namespace offtake::calculon
