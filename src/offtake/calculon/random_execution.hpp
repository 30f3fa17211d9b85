#pragma once

#include <rapidcheck.h>

#include <vector>

#include "offtake/calculon/execution.hpp"
#include "offtake/calculon/execution_space.hpp"
#include "offtake/calculon/transformer.hpp"

/// Generators for the laws of evaluation and search.
namespace offtake::calculon {

/// From a few thousand parameters to a few billion.
inline Transformer random_transformer() {
  const int head_dim = *rc::gen::element(8, 64, 128);
  const int heads = *rc::gen::element(4, 8, 12, 16);
  const int hidden = heads * head_dim;
  return {.hidden = hidden,
          .feed_forward = 4 * hidden,
          .heads = heads,
          .head_dim = head_dim,
          .blocks = *rc::gen::element(1, 4, 6, 12),
          .sequence = *rc::gen::element(64, 256, 2048)};
}

inline ExecutionSpace random_space() {
  return {.chips = *rc::gen::element(1, 2, 4, 6, 8, 16, 32),
          .batch_max = *rc::gen::inRange(1, 40),
          .tensor_overlap = *rc::gen::arbitrary<bool>(),
          .data_overlap = *rc::gen::arbitrary<bool>(),
          .offload = *rc::gen::arbitrary<bool>(),
          .stops_at_misfit = *rc::gen::arbitrary<bool>()};
}

/// Every execution of a space, in its order, by going through all choices one inside another.
/// `visit` returns whether it fits.
template <class Visit>
void for_each_execution(const Transformer& model, const ExecutionSpace& space, Visit visit) {
  for (const ChipSplit& split : chip_splits(model, space)) {
    for (const int interleaving : interleavings(model, split)) {
      for (const BlockOptions& variant : block_variants(split.tensor, space)) {
        for (const bool sharded : optimizer_shardings(split)) {
          for (const bool overlap : data_overlaps(split, space)) {
            for (const Offload& offload : offloads(variant.recompute, space)) {
              for (const int micro_batch : micro_batches(model, split)) {
                bool any_fits = false;
                for (const Placement& placement : placements(split)) {
                  Execution execution{.block = variant,
                                      .pipeline = split.pipeline,
                                      .data = split.data,
                                      .pipeline_network = placement.pipeline_network,
                                      .data_network = placement.data_network,
                                      .batch = split.batch,
                                      .interleaving = interleaving,
                                      .sharded_optimizer = sharded,
                                      .data_overlap = overlap,
                                      .offload = offload};
                  execution.block.micro_batch = micro_batch;
                  execution.block.tensor_network = placement.tensor_network;
                  any_fits = visit(execution) || any_fits;
                }
                if (space.stops_at_misfit && !any_fits) break;
              }
            }
          }
        }
      }
    }
  }
}

/// One execution of the whole space of a model on some chips.
inline Execution random_execution(const Transformer& model) {
  ExecutionSpace space = random_space();
  space.stops_at_misfit = false;
  const auto splits = chip_splits(model, space);
  RC_PRE(!splits.empty());
  const ChipSplit split = *rc::gen::elementOf(splits);
  const auto variants = block_variants(split.tensor, space);
  const BlockOptions variant = *rc::gen::elementOf(variants);
  const Placement placement = *rc::gen::elementOf(placements(split));
  Execution execution{.block = variant,
                      .pipeline = split.pipeline,
                      .data = split.data,
                      .pipeline_network = placement.pipeline_network,
                      .data_network = placement.data_network,
                      .batch = split.batch,
                      .interleaving = *rc::gen::elementOf(interleavings(model, split)),
                      .sharded_optimizer = *rc::gen::elementOf(optimizer_shardings(split)),
                      .data_overlap = *rc::gen::elementOf(data_overlaps(split, space)),
                      .offload = *rc::gen::elementOf(offloads(variant.recompute, space))};
  execution.block.micro_batch = *rc::gen::elementOf(micro_batches(model, split));
  execution.block.tensor_network = placement.tensor_network;
  execution.block.fused_activation = *rc::gen::arbitrary<bool>();
  return execution;
}

}  // namespace offtake::calculon
