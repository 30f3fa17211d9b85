#include "offtake/perf/training_placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "offtake/perf/expert_placement.hpp"
#include "offtake/perf/torus_slice.hpp"

namespace offtake::perf {

namespace {

using Sides = std::array<int, 3>;

/// A group to place, and where its place is to be written.
struct Group {
  std::string_view name;
  int ranks;
  int stride;
  GroupPlacement* placement;

  /// Chips of the run of neighbours that holds the ranks of one domain.
  int extent() const { return stride * placement->inside; }
};

NoPlacement refused(const Group& group, std::string reason) {
  return {.group = std::string(group.name),
          .ranks = group.ranks,
          .stride = group.stride,
          .reason = std::move(reason)};
}

bool divides(const Sides& inner, const Sides& outer) {
  return outer[0] % inner[0] == 0 && outer[1] % inner[1] == 0 && outer[2] % inner[2] == 0;
}

/// Boxes of `chips` that cut each side of `outer` evenly, and are cut so by `inner`.
std::vector<Sides> boxes_between(const Sides& inner, const Sides& outer, int chips) {
  std::vector<Sides> boxes;
  for (int x = inner[0]; x <= std::min(chips, outer[0]); x += inner[0]) {
    if (chips % x != 0) continue;
    for (int y = inner[1]; y <= std::min(chips / x, outer[1]); y += inner[1]) {
      if (chips / x % y != 0) continue;
      const Sides box{x, y, chips / x / y};
      if (divides(inner, box) && divides(box, outer)) boxes.push_back(box);
    }
  }
  return boxes;
}

/// Nested boxes in a slice of a torus for all groups at once.
class NestedBoxes {
 public:
  NestedBoxes(const TorusSlice& slice, const std::vector<Group>& groups)
      : slice_(slice), groups_(groups) {
    for (const Group& group : groups) {
      sizes_.push_back(group.stride);
      sizes_.push_back(group.extent());
    }
    std::ranges::sort(sizes_);
    sizes_.erase(std::unique(sizes_.begin(), sizes_.end()), sizes_.end());
    boxes_.resize(sizes_.size());
  }

  /// Whether there are any; then each group has its slice.
  bool find() {
    choose(0, {1, 1, 1});
    if (best_.empty()) return false;
    boxes_ = best_;
    for (const Group& group : groups_) group.placement->slice = slice_of(group);
    return true;
  }

 private:
  const Sides& box_of(int size) const {
    const auto at = std::ranges::lower_bound(sizes_, size);
    return boxes_[static_cast<std::size_t>(at - sizes_.begin())];
  }

  TorusSlice slice_of(const Group& group) const {
    const Sides& rank = box_of(group.stride);
    const Sides& all = box_of(group.extent());
    TorusSlice slice{.stride = rank};
    for (std::size_t i = 0; i < all.size(); ++i) {
      slice.sides[i] = all[i] / rank[i];
      slice.wraps[i] = slice_.wraps[i] && all[i] == slice_.sides[i];
    }
    return slice;
  }

  void choose(std::size_t level, const Sides& inner) {
    if (level == sizes_.size()) return consider();
    for (const Sides& box : boxes_between(inner, slice_.sides, sizes_[level])) {
      boxes_[level] = box;
      choose(level + 1, box);
    }
  }

  void consider() {
    double links = 0.0;
    int hops = 0;
    for (const Group& group : groups_) {
      const TorusSlice slice = slice_of(group);
      links += std::log2(slice.links());
      hops += slice.hops();
    }
    constexpr double kSame = 1e-9;
    const bool more = best_.empty() || links > links_ + kSame;
    if (!more && (links < links_ - kSame || hops >= hops_)) return;
    links_ = links;
    hops_ = hops;
    best_ = boxes_;
  }

  TorusSlice slice_;
  const std::vector<Group>& groups_;
  std::vector<int> sizes_;
  std::vector<Sides> boxes_;  ///< Of each size.
  std::vector<Sides> best_;
  double links_ = 0.0;
  int hops_ = 0;
};

std::string text_of(const TorusSlice& slice) {
  return fmt::format("{} x {} x {}", slice.sides[0], slice.sides[1], slice.sides[2]);
}

/// Why there are no nested boxes: the first group that has none by itself, or the first that does
/// not nest with those before it.
NoPlacement no_boxes(const TorusSlice& slice, const std::vector<Group>& groups) {
  for (std::size_t count = 1; count < groups.size(); ++count) {
    const std::vector<Group> first(groups.begin(),
                                   groups.begin() + static_cast<std::ptrdiff_t>(count));
    if (NestedBoxes(slice, first).find()) continue;
    return refused(first.back(), fmt::format("no box of {} chips cuts a slice of {} evenly{}",
                                             first.back().extent(), text_of(slice),
                                             count == 1 ? "" : " and holds the groups inside it"));
  }
  return refused(groups.back(), fmt::format("no box of {} chips cuts a slice of {} evenly",
                                            groups.back().extent(), text_of(slice)));
}

/// Each rank that holds a share of the matrices of all experts shards them as it does dense ones.
TrainingPlacement with_experts(TrainingPlacement place, const ParallelLayout& parallel) {
  if (parallel.expert > 1) return place;
  place.expert_data = place.data;
  place.expert_data_copies = place.data_copies;
  return place;
}

}  // namespace

std::string describe(const NoPlacement& why) {
  return fmt::format("the {} {} ranks, {} apart, do not lie on the network: {}", why.ranks,
                     why.group, why.stride == 1 ? "1 chip" : fmt::format("{} chips", why.stride),
                     why.reason);
}

std::expected<TrainingPlacement, NoPlacement> place_training(const TrainingLayout& layout,
                                                             const SustainedNetwork& network) {
  const ParallelLayout& parallel = layout.parallel;
  const SustainedDomain& domain = network.scale_up;
  const int stage = parallel.chips_per_stage();
  const int copies = shard_copies(layout);
  const int shards = parallel.replicas() / copies;
  const int expert_shards = expert_replicas(parallel) / copies;
  const int expert_stride = parallel.expert * expert_tensor_ranks(parallel);
  TrainingPlacement place;
  std::vector<Group> groups{{"tensor", parallel.tensor, 1, &place.tensor},
                            {"context", parallel.context, parallel.tensor, &place.context},
                            {"data", shards, parallel.tensor, &place.data},
                            {"data", copies, parallel.tensor * shards, &place.data_copies},
                            {"pipeline", parallel.pipeline, stage, &place.pipeline}};
  if (parallel.expert > 1) {
    groups.push_back({"expert", parallel.expert, 1, &place.expert});
    groups.push_back({"data", expert_shards, expert_stride, &place.expert_data});
    groups.push_back({"data", copies, expert_stride * expert_shards, &place.expert_data_copies});
  }
  for (const Group& group : groups) {
    *group.placement = place_group(group.ranks, group.stride, domain.chips);
    if (group.placement->across > 1 && !network.scale_out) {
      return std::unexpected(
          refused(group, fmt::format("they lie in {} domains of {} chips, and nothing joins these",
                                     group.placement->across, domain.chips)));
    }
    if (group.placement->across > 1 && group.placement->across > network.scale_out->chips) {
      return std::unexpected(
          refused(group, fmt::format("the network between domains has {} ends, not {}",
                                     network.scale_out->chips, group.placement->across)));
    }
  }
  const bool apart = parallel.chips() > domain.chips;
  if (stages_held(layout.schedule) > 1) {
    place.mirrors = apart ? GroupPlacement{.across = 2} : GroupPlacement{.inside = 2};
  }
  std::erase_if(groups, [](const Group& group) { return group.placement->inside == 1; });
  if (!is_torus(domain.topology) || groups.empty()) return with_experts(place, parallel);

  int chips = apart ? 1 : parallel.chips();
  for (const Group& group : groups) chips = std::max(chips, group.extent());
  const std::optional<TorusSlice> slice = torus_slice(as_torus(domain), chips);
  if (!slice) {
    return std::unexpected(
        refused(groups.back(), fmt::format("no box of {} chips fits the torus", chips)));
  }
  if (!NestedBoxes(*slice, groups).find()) return std::unexpected(no_boxes(*slice, groups));
  return with_experts(place, parallel);
}

}  // namespace offtake::perf
