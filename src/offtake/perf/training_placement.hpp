#pragma once

#include <expected>
#include <string>

#include "offtake/perf/collective.hpp"
#include "offtake/perf/sustained_domain.hpp"
#include "offtake/perf/training_layout.hpp"

namespace offtake::perf {

/// A group of a layout's ranks does not lie on the network.
struct NoPlacement {
  std::string group;  ///< "tensor", "context", "expert", "data" or "pipeline".
  int ranks = 1;
  int stride = 1;      ///< Chips from one rank to the next.
  std::string reason;  ///< In the user's words.
};

/// "the 6 expert ranks, 1 chip apart, do not lie on the network: ...".
std::string describe(const NoPlacement& why);

/// Where the groups of a layout lie. Chips are numbered with tensor ranks next to one another, then
/// context ranks, data ranks, and stages last; experts are dealt to neighbours of one stage.
struct TrainingPlacement {
  GroupPlacement tensor;
  GroupPlacement context;
  GroupPlacement expert;
  GroupPlacement pipeline;
  GroupPlacement mirrors;  ///< A rank of DualPipe and the one that holds the same stages.
  /// Ranks that shard the same weights, and across these the ranks that hold the same shard.
  GroupPlacement data;
  GroupPlacement data_copies;
  GroupPlacement expert_data;  ///< The same of experts.
  GroupPlacement expert_data_copies;
};

/// Behind a switch a group lies as `place_group` says. In a torus the job takes the slice of its
/// chips with the most links (`torus_slice`), and each run of neighbours that is a group, or a rank
/// of one, takes a box of it, one box inside the next; groups whose ranks lie apart along a side
/// share its links with the groups between. Of all such nested boxes, those are taken that give the
/// groups the most links (the sum of their logarithms), then those whose ranks are closest.
/// Axes of a TPU mesh are laid out so (Bradbury et al., "JAX", 2018: `create_device_mesh`); that
/// the best are found is this program's own assumption.
std::expected<TrainingPlacement, NoPlacement> place_training(const TrainingLayout& layout,
                                                             const SustainedNetwork& network);

}  // namespace offtake::perf
