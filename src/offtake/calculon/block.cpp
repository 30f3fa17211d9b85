#include "offtake/calculon/block.hpp"

#include "offtake/base/expects.hpp"

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

void add_work(PassCost& pass, const Work& work, const WorkTime& time) {
  pass.compute += work.compute;
  pass.compute_time += time.compute;
  pass.memory += work.memory;
  pass.memory_time += time.memory;
}

void add_exchange(BlockExchange& block, const OperationExchange& operation) {
  block.forward += operation.forward;
  block.backward += operation.backward;
  block.again += operation.again;
}

/// What the passes of an operation take, its exchange apart.
struct OperationTime {
  Seconds forward;
  Seconds input_gradient;
  Seconds weight_gradient;
};

void add_memory(BlockMemory& block, const Operation& operation) {
  block.weights += operation.parameters * kElement;
  if (!operation.activation_shared) block.working += operation.activation;
  if (operation.activation_kept) block.stored += operation.activation;
  if (!operation.output_kept) block.stored -= operation.output;
  block.activation_gradients += operation.activation_gradient;
  block.whole_gradients += operation.parameters * kWholeGradient;
}

}  // namespace

std::vector<Operation> block_operations(const Transformer& model, const BlockOptions& options) {
  return BlockLayout(model, options).operations();
}

BlockCost block_cost(const Transformer& model, std::span<const Operation> operations,
                     const BlockOptions& options, const Machine& machine) {
  BlockCost block;
  for (const Operation& operation : operations) {
    const WorkTime forward = work_time(machine, operation.kind, operation.forward);
    const WorkTime input = work_time(machine, operation.kind, operation.input_gradient);
    const WorkTime weights = work_time(machine, operation.kind, operation.weight_gradient);
    OperationTime time{forward.total(), input.total(), weights.total()};
    if (operation.kind == OperationKind::kExchange) {
      time = {};
      const OperationExchange inner =
          exchange_cost(operation, options, BlockPlace::kInner, machine);
      add_exchange(block.inner, inner);
      add_exchange(block.last, options.exchange == TensorExchange::kScatteredStages
                                   ? exchange_cost(operation, options, BlockPlace::kLast, machine)
                                   : inner);
    } else if (operation.kind == OperationKind::kTiledProduct) {
      const TiledProductCost tiled = tiled_product_cost(operation, options, machine);
      time = {tiled.forward, tiled.input_gradient, tiled.weight_gradient};
      add_exchange(block.inner, tiled.inner);
      add_exchange(block.last, tiled.last);
    }
    add_work(block.forward, operation.forward, forward);
    add_work(block.input_gradient, operation.input_gradient, input);
    add_work(block.weight_gradient, operation.weight_gradient, weights);
    block.forward.time += time.forward;
    block.input_gradient.time += time.input_gradient;
    block.weight_gradient.time += time.weight_gradient;
    if (operation.recomputed) {
      // Calculon adds the block's forward work so far, not the operation's; only the time is right.
      block.recompute.compute += block.forward.compute;
      block.recompute.compute_time += block.forward.compute_time;
      block.recompute.memory += block.forward.memory;
      block.recompute.memory_time += block.forward.memory_time;
      block.recompute.time += time.forward;
    }
    add_memory(block.memory, operation);
  }
  const Bytes activation =
      static_cast<double>(options.micro_batch) * model.sequence * model.hidden * kElement;
  if (options.recompute == Recompute::kFull) {
    block.memory.stored = Bytes{};
    block.memory.checkpoint = activation;
  }
  block.stage_message =
      options.exchange == TensorExchange::kAllReduce ? activation : activation / options.tensor;
  return block;
}

OptimizerCost optimizer_cost(std::span<const Operation> operations, int ranks,
                             const Machine& machine) {
  OptimizerCost cost;
  for (const Operation& operation : operations) {
    if (operation.parameters == 0.0) continue;
    const double parameters = operation.parameters / ranks;
    const Work step = optimizer_work(parameters);
    const WorkTime time = work_time(machine, OperationKind::kVector, step);
    cost.compute += step.compute;
    cost.compute_time += time.compute;
    cost.state += step.memory;
    cost.memory_time += time.memory;
    cost.gradients += parameters * kElement;
  }
  return cost;
}

}  // namespace offtake::calculon
