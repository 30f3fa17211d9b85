#pragma once

#include <optional>

#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/machine.hpp"
#include "offtake/calculon/operation.hpp"
#include "offtake/units/quantity.hpp"

namespace offtake::calculon {

/// What an exchange of the tensor ranks takes.
struct ExchangeCost {
  Bytes buffer;
  Seconds link;     ///< On the network, with the sums that ranks do.
  Seconds exposed;  ///< That no compute hides.

  ExchangeCost& operator+=(const ExchangeCost& other) {
    buffer += other.buffer;
    link += other.link;
    exposed += other.exposed;
    return *this;
  }
};

/// Where a block stands in its chunk: kScatteredStages exchanges slices after the last one only.
enum class BlockPlace { kInner, kLast };

/// The collectives of one operation; none where the ranks have what they need.
struct OperationCollectives {
  std::optional<Collective> forward;
  std::optional<Collective> backward;
};

OperationCollectives collectives_of(const Operation& operation, TensorExchange exchange,
                                    BlockPlace place);

/// The exchange of the tensor ranks between the halves of a block, as an operation by itself.
/// `elements` is the whole activation.
Operation exchange_operation(double elements, const BlockOptions& options, bool reduces);

/// A product with its collective, cut in as many tiles as there are ranks. `shape` is that of the
/// whole product; a rank has a slice of its rows' input when it reduces, of its output when not.
Operation tiled_product(const ProductShape& shape, const BlockOptions& options, bool reduces);

/// The three times that an operation may communicate for a micro-batch.
struct OperationExchange {
  ExchangeCost forward;
  ExchangeCost backward;
  ExchangeCost again;  ///< The forward one, in the backward pass.
};

/// Of an operation of kind kExchange: nothing hides it, and what it computes counts as exchange.
OperationExchange exchange_cost(const Operation& operation, const BlockOptions& options,
                                BlockPlace place, const Machine& machine);

/// Time of the passes of a tiled product, and of its collectives where they stay in the open.
struct TiledProductCost {
  Seconds forward;
  Seconds input_gradient;
  Seconds weight_gradient;
  OperationExchange inner;
  OperationExchange last;
};

TiledProductCost tiled_product_cost(const Operation& operation, const BlockOptions& options,
                                    const Machine& machine);

}  // namespace offtake::calculon
