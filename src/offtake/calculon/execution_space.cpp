#include "offtake/calculon/execution_space.hpp"

#include <algorithm>
#include <tuple>

namespace offtake::calculon {
namespace {

/// The divisors of `number`, ascending.
std::vector<int> divisors(int number) {
  std::vector<int> found;
  std::vector<int> above_root;
  for (int divisor = 1; divisor <= number / divisor; ++divisor) {
    if (number % divisor != 0) continue;
    found.push_back(divisor);
    if (divisor != number / divisor) above_root.push_back(number / divisor);
  }
  found.insert(found.end(), above_root.rbegin(), above_root.rend());
  return found;
}

std::vector<bool> yes_then_no(bool may) {
  return may ? std::vector<bool>{true, false} : std::vector<bool>{false};
}

std::vector<int> networks(int ranks) {
  return ranks > 1 ? std::vector<int>{0, 1} : std::vector<int>{0};
}

/// Ascends in the order of the search; what may be is tried before what may not.
auto place_in_order(const Execution& of) {
  const BlockOptions& block = of.block;
  return std::tuple(block.tensor, of.pipeline, of.interleaving, block.recompute,
                    !of.sharded_optimizer, block.exchange, !block.gather_again, !of.data_overlap,
                    block.overlap, !of.offload.weights, !of.offload.activations,
                    !of.offload.optimizer, block.micro_batch, block.tensor_network,
                    of.pipeline_network, of.data_network);
}

}  // namespace

ExecutionSpace whole_space(int chips, int batch_max) {
  return {.chips = chips, .batch_max = batch_max};
}

ExecutionSpace reduced_space(int chips, int batch_max) {
  return {.chips = chips,
          .batch_max = batch_max,
          .tensor_overlap = false,
          .data_overlap = false,
          .offload = false,
          .stops_at_misfit = true};
}

std::vector<ChipSplit> chip_splits(const Transformer& model, const ExecutionSpace& space) {
  std::vector<ChipSplit> found;
  for (const int tensor : divisors(space.chips)) {
    if (!model.splits_over(tensor)) continue;
    const int groups = space.chips / tensor;
    for (const int pipeline : divisors(std::min(groups, model.blocks))) {
      if (groups % pipeline != 0 || model.blocks % pipeline != 0) continue;
      const int data = groups / pipeline;
      if (data > space.batch_max) continue;
      found.push_back({tensor, pipeline, data, space.batch_max / data * data});
    }
  }
  return found;
}

std::vector<BlockOptions> block_variants(int tensor, const ExecutionSpace& space) {
  std::vector<TensorOverlap> overlaps{TensorOverlap::kNone};
  if (tensor > 1 && space.tensor_overlap) {
    overlaps.insert(overlaps.end(), {TensorOverlap::kRing, TensorOverlap::kPipe});
  }
  std::vector<BlockOptions> found;
  for (const Recompute recompute : {Recompute::kFull, Recompute::kAttention, Recompute::kNone}) {
    for (const TensorExchange exchange :
         {TensorExchange::kAllReduce, TensorExchange::kScatteredStages,
          TensorExchange::kSequence}) {
      const bool may_gather =
          exchange == TensorExchange::kSequence && recompute != Recompute::kFull;
      for (const bool again : yes_then_no(may_gather)) {
        for (const TensorOverlap overlap : overlaps) {
          found.push_back({.tensor = tensor,
                           .recompute = recompute,
                           .exchange = exchange,
                           .overlap = overlap,
                           .gather_again = again});
        }
      }
    }
  }
  return found;
}

std::vector<int> interleavings(const Transformer& model, const ChipSplit& split) {
  if (split.pipeline == 1) return {1};
  return divisors(model.blocks / split.pipeline);
}

std::vector<bool> optimizer_shardings(const ChipSplit& split) {
  return yes_then_no(split.data > 1);
}

std::vector<bool> data_overlaps(const ChipSplit& split, const ExecutionSpace& space) {
  return yes_then_no(split.data > 1 && space.data_overlap);
}

std::vector<Offload> offloads(Recompute recompute, const ExecutionSpace& space) {
  std::vector<Offload> found;
  for (const bool weights : yes_then_no(space.offload)) {
    for (const bool activations : yes_then_no(space.offload && recompute != Recompute::kFull)) {
      for (const bool optimizer : yes_then_no(space.offload)) {
        found.push_back({weights, activations, optimizer});
      }
    }
  }
  return found;
}

std::vector<int> micro_batches(const Transformer& model, const ChipSplit& split) {
  std::vector<int> found = divisors(split.batch / split.data);
  std::erase_if(found, [&](int samples) {
    return static_cast<long>(samples) * model.sequence % split.tensor != 0;
  });
  return found;
}

std::vector<Placement> placements(const ChipSplit& split) {
  std::vector<Placement> found;
  for (const int tensor : networks(split.tensor)) {
    for (const int pipeline : networks(split.pipeline)) {
      for (const int data : networks(split.data)) found.push_back({tensor, pipeline, data});
    }
  }
  return found;
}

bool tried_before(const Execution& first, const Execution& second) {
  return place_in_order(first) < place_in_order(second);
}

}  // namespace offtake::calculon
