#include "offtake/calculon/execution_search.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "offtake/base/expects.hpp"
#include "offtake/calculon/block.hpp"
#include "offtake/calculon/block_operations.hpp"
#include "offtake/calculon/evaluation.hpp"

namespace offtake::calculon {
namespace {

bool is_better(double rate, const Execution& execution, const FoundExecution& than) {
  if (rate != than.sample_rate) return rate > than.sample_rate;
  return tried_before(execution, than.execution);
}

/// The best executions so far, in order.
class Best {
 public:
  explicit Best(std::size_t count) : count_(count) {}

  /// Whether an execution of at most this rate, wherever in the order, may still get in.
  bool admits(double rate_max) const {
    return found_.size() < count_ || rate_max >= found_.back().sample_rate;
  }
  bool admits(double rate, const Execution& execution) const {
    return found_.size() < count_ || is_better(rate, execution, found_.back());
  }
  void add(const FoundExecution& found) {
    if (found_.size() == count_) found_.pop_back();
    const auto after = std::ranges::find_if(found_, [&](const FoundExecution& other) {
      return is_better(found.sample_rate, found.execution, other);
    });
    found_.insert(after, found);
  }
  std::vector<FoundExecution> take() && { return std::move(found_); }

 private:
  std::size_t count_;
  std::vector<FoundExecution> found_;
};

/// The costs of one variant of a block, by micro-batch and network, computed when first asked for.
class BlockTable {
 public:
  BlockTable(const Transformer& model, const Machine& machine, const BlockOptions& variant)
      : model_(model), machine_(machine), variant_(variant) {}

  const BlockCost& at(int micro_batch, int tensor_network) {
    Row& row = row_of(micro_batch);
    std::optional<BlockCost>& cost = row.by_network.at(static_cast<std::size_t>(tensor_network));
    if (!cost) {
      BlockOptions options = variant_;
      options.micro_batch = micro_batch;
      options.tensor_network = tensor_network;
      cost = block_cost(model_, block_operations(model_, options), options, machine_);
    }
    return *cost;
  }

 private:
  struct Row {
    int micro_batch = 0;
    std::array<std::optional<BlockCost>, 2> by_network;
  };

  Row& row_of(int micro_batch) {
    const auto place = std::ranges::lower_bound(rows_, micro_batch, {}, &Row::micro_batch);
    if (place != rows_.end() && place->micro_batch == micro_batch) return *place;
    return *rows_.insert(place, Row{.micro_batch = micro_batch, .by_network = {}});
  }

  const Transformer& model_;
  const Machine& machine_;
  BlockOptions variant_;
  std::vector<Row> rows_;
};

/// What a search of one variant of the block shares.
struct SearchInput {
  const Transformer& model;
  const Machine& machine;
  const ExecutionSpace& space;
  std::size_t best_count = 1;
  Pruning pruning = Pruning::kByBound;
};

/// Tries one variant of a block in all splits of its tensor degree.
class VariantSearch {
 public:
  VariantSearch(const SearchInput& input, const BlockOptions& variant)
      : input_(input),
        variant_(variant),
        blocks_(input.model, input.machine, variant),
        best_(input.best_count),
        offloads_(offloads(variant.recompute, input.space)) {}

  void try_split(const ChipSplit& split) {
    Execution execution{
        .block = variant_, .pipeline = split.pipeline, .data = split.data, .batch = split.batch};
    const Options options{.placed = placements_of(execution, split),
                          .placements = placements(split).size(),
                          .overlaps = data_overlaps(split, input_.space),
                          .micro_batches = micro_batches(input_.model, split)};
    const std::vector<Operation> operations = block_operations(input_.model, variant_);
    for (const bool sharded : optimizer_shardings(split)) {
      execution.sharded_optimizer = sharded;
      const OptimizerCost optimizer =
          optimizer_cost(operations, execution.optimizer_ranks(), input_.machine);
      for (const int interleaving : interleavings(input_.model, split)) {
        execution.interleaving = interleaving;
        for (const Offload& offload : offloads_) {
          execution.offload = offload;
          try_micro_batches(execution, options, optimizer);
        }
      }
    }
  }

  ExecutionSearch result() && {
    result_.best = std::move(best_).take();
    return std::move(result_);
  }

 private:
  /// What all executions of one split choose from.
  struct Options {
    std::vector<Placement> placed;  ///< Those that lie on the networks.
    std::size_t placements = 0;     ///< All.
    std::vector<bool> overlaps;
    std::vector<int> micro_batches;
  };

  std::vector<Placement> placements_of(Execution execution, const ChipSplit& split) const {
    std::vector<Placement> found;
    for (const Placement& placement : placements(split)) {
      place(execution, placement);
      if (lie_on_networks(execution, input_.machine)) found.push_back(placement);
    }
    return found;
  }

  static void place(Execution& execution, const Placement& placement) {
    execution.block.tensor_network = placement.tensor_network;
    execution.pipeline_network = placement.pipeline_network;
    execution.data_network = placement.data_network;
  }

  void try_micro_batches(Execution execution, const Options& options,
                         const OptimizerCost& optimizer) {
    const StageShape stage = stage_shape(input_.model.blocks, execution);
    const bool can_offload = !execution.offload.any() || stage.blocks >= kBlocksToOffload;
    for (const int micro_batch : options.micro_batches) {
      result_.evaluated += options.placements * options.overlaps.size();
      bool fits = false;
      if (can_offload && !options.placed.empty()) {
        execution.block.micro_batch = micro_batch;
        const BlockCost& block = blocks_.at(micro_batch, options.placed.front().tensor_network);
        const MemoryUse memory = memory_use(execution, stage, block.memory, optimizer);
        fits = fit(memory, input_.machine).has_value();
        if (fits) try_placements(execution, options, {stage, optimizer, memory});
      }
      if (!fits && input_.space.stops_at_misfit) return;
    }
  }

  /// What executions that differ in their networks and overlap share.
  struct Shared {
    StageShape stage;
    const OptimizerCost& optimizer;
    MemoryUse memory;
  };

  void try_placements(Execution execution, const Options& options, const Shared& shared) {
    result_.feasible += options.placed.size() * options.overlaps.size();
    std::array<std::optional<bool>, 2> admitted;  // By the network of the tensor ranks.
    for (const Placement& placement : options.placed) {
      place(execution, placement);
      const BatchCosts costs{blocks_.at(execution.block.micro_batch, placement.tensor_network),
                             shared.optimizer, input_.machine, shared.stage};
      auto& admits = admitted.at(static_cast<std::size_t>(placement.tensor_network));
      if (!admits) admits = may_be_among_best(execution, costs);
      if (!*admits) continue;
      for (const bool overlap : options.overlaps) {
        execution.data_overlap = overlap;
        try_execution(execution, costs, shared.memory);
      }
    }
  }

  bool may_be_among_best(const Execution& execution, const BatchCosts& costs) const {
    if (input_.pruning == Pruning::kNone) return true;
    return best_.admits(execution.batch / batch_time_bound(execution, costs).base_units());
  }

  void try_execution(const Execution& execution, const BatchCosts& costs, const MemoryUse& memory) {
    ++result_.timed;
    const BatchTime time = batch_time(execution, costs);
    const double rate = execution.batch / time.total().base_units();
    if (best_.admits(rate, execution)) best_.add({execution, time, memory, rate});
  }

  const SearchInput& input_;
  BlockOptions variant_;
  BlockTable blocks_;
  Best best_;
  std::vector<Offload> offloads_;
  ExecutionSearch result_;
};

}  // namespace

ExecutionSearch search_executions(const Transformer& model, const Machine& machine,
                                  const ExecutionSpace& space, std::size_t best_count,
                                  Parallelism parallelism, Pruning pruning) {
  expects(best_count >= 1, "a search keeps at least one execution");
  const SearchInput input{model, machine, space, best_count, pruning};
  const std::vector<ChipSplit> splits = chip_splits(model, space);
  std::vector<BlockOptions> variants;
  for (std::size_t split = 0; split < splits.size(); ++split) {
    if (split > 0 && splits[split].tensor == splits[split - 1].tensor) continue;
    std::ranges::copy(block_variants(splits[split].tensor, space), std::back_inserter(variants));
  }
  std::vector<ExecutionSearch> searches(variants.size());
  for_each_index(variants.size(), parallelism, [&](std::size_t index) {
    VariantSearch search(input, variants[index]);
    for (const ChipSplit& split : splits) {
      if (split.tensor == variants[index].tensor) search.try_split(split);
    }
    searches[index] = std::move(search).result();
  });
  ExecutionSearch whole;
  Best best(best_count);
  for (const ExecutionSearch& part : searches) {
    whole.evaluated += part.evaluated;
    whole.feasible += part.feasible;
    whole.timed += part.timed;
    for (const FoundExecution& found : part.best) {
      if (best.admits(found.sample_rate, found.execution)) best.add(found);
    }
  }
  whole.best = std::move(best).take();
  return whole;
}

}  // namespace offtake::calculon
