#include "offtake/calculon/block_operations.hpp"

#include <utility>

#include "offtake/base/expects.hpp"
#include "offtake/calculon/tensor_exchange.hpp"

namespace offtake::calculon {
namespace {

/// Lays out a block. Between its exchanges a rank has a slice of the tokens with kSequence, else
/// all; inside them it has all tokens and a slice of the heads or columns.
class BlockLayout {
 public:
  BlockLayout(const Transformer& model, const BlockOptions& options)
      : model_(model), options_(options) {
    expects(model.splits_over(options.tensor), "the block splits over the tensor ranks");
    operations_.reserve(24);
  }

  std::vector<Operation> operations() && {
    half_begins(!full() && !recomputes_attention() && !options_.gather_again);
    query_key_value();
    attention();
    half_ends(attention_width());
    half_begins(!full() && !options_.gather_again);
    feed_forward();
    half_ends(model_.feed_forward);
    return std::move(operations_);
  }

 private:
  double ranks() const { return options_.tensor; }
  double rows() const { return static_cast<double>(options_.micro_batch) * model_.sequence; }
  double activation() const { return rows() * model_.hidden; }
  double between_exchanges() const {
    return options_.exchange == TensorExchange::kSequence ? activation() / ranks() : activation();
  }
  double attention_width() const { return static_cast<double>(model_.heads) * model_.head_dim; }
  bool full() const { return options_.recompute == Recompute::kFull; }
  bool recomputes_attention() const { return options_.recompute != Recompute::kNone; }
  bool tiled() const { return options_.overlap != TensorOverlap::kNone; }

  Operation& add(Operation operation) {
    operation.recomputed = full();
    return operations_.emplace_back(operation);
  }

  /// Residual fork, norm and the way into the rows' products; `keeps_whole` when the products'
  /// whole input stays for the backward pass.
  void half_begins(bool keeps_whole) {
    keeps_whole_ = keeps_whole;
    add(fork(between_exchanges(), 2));
    reads_shared(add(layer_norm(between_exchanges(), model_.hidden)));
    if (tiled()) return;
    Operation& gather = operations_.emplace_back(exchange_operation(activation(), options_, false));
    gather.exchanged_again = !keeps_whole;
  }

  /// The product back to the hidden size, the exchange, dropout and the sum with the residual.
  void half_ends(double width) {
    const ProductShape whole{rows(), width, static_cast<double>(model_.hidden)};
    if (tiled()) {
      add(tiled_product(whole, options_, true)).exchanged_again = full();
    } else {
      add(linear({whole.rows, whole.in / ranks(), whole.out}));
      Operation& sum = operations_.emplace_back(exchange_operation(activation(), options_, true));
      sum.exchanged_again = full();
      sum.activation_kept = false;
    }
    add(dropout(between_exchanges()));
    reads_shared(add(residual(between_exchanges())));
  }

  void query_key_value() {
    if (tiled()) {
      const ProductShape whole{rows(), static_cast<double>(model_.hidden), 3.0 * attention_width()};
      add(tiled_product(whole, options_, false)).exchanged_again = !keeps_whole_;
      return;
    }
    Operation& input = add(fork(activation(), 3));
    input.recomputed = !keeps_whole_;
    input.activation_kept = keeps_whole_;
    for (int product = 0; product < 3; ++product) {
      reads_shared(
          add(linear({rows(), static_cast<double>(model_.hidden), attention_width() / ranks()})));
    }
  }

  void attention() {
    const double heads = static_cast<double>(options_.micro_batch) * model_.heads / ranks();
    const double sequence = model_.sequence;
    const double scores = heads * sequence * sequence;
    const auto again = [&](Operation& operation) -> Operation& {
      operation.recomputed = recomputes_attention();
      return operation;
    };
    const double head = model_.head_dim;
    again(add(batched_product(heads, {sequence, head, sequence}))).output_kept =
        !recomputes_attention();
    again(add(softmax(scores))).output_kept = !recomputes_attention();
    again(add(dropout(scores))).activation_kept = !recomputes_attention();
    add(batched_product(heads, {sequence, sequence, head}));
  }

  void feed_forward() {
    const ProductShape whole{rows(), static_cast<double>(model_.hidden),
                             static_cast<double>(model_.feed_forward)};
    if (tiled()) {
      add(tiled_product(whole, options_, false)).exchanged_again = !keeps_whole_;
    } else {
      add(linear({whole.rows, whole.in, whole.out / ranks()})).activation_kept = keeps_whole_;
    }
    add(gelu(rows() * model_.feed_forward / ranks(), options_.fused_activation));
  }

  /// The input is that of the fork before.
  static void reads_shared(Operation& operation) {
    operation.activation_kept = false;
    operation.activation_shared = true;
  }

  const Transformer& model_;
  const BlockOptions& options_;
  bool keeps_whole_ = true;
  std::vector<Operation> operations_;
};

}  // namespace

std::vector<Operation> block_operations(const Transformer& model, const BlockOptions& options) {
  return BlockLayout(model, options).operations();
}

}  // namespace offtake::calculon
