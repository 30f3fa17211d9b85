#include "offtake/perf/torus_slice.hpp"

#include <algorithm>
#include <cstddef>

#include "offtake/base/expects.hpp"

namespace offtake::perf {
namespace {

bool side_wraps(const SustainedDomain& torus, const hardware::TorusDimension& dimension, int side) {
  if (!dimension.wraps || side < 2) return false;
  return side == dimension.chips || (torus.wrap_unit > 0 && side % torus.wrap_unit == 0);
}

TorusSlice slice_of(const SustainedDomain& torus, std::array<int, 3> sides) {
  TorusSlice slice{.sides = sides};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    slice.wraps[i] = side_wraps(torus, torus.dimensions[i], sides[i]);
  }
  return slice;
}

bool better(const TorusSlice& a, const TorusSlice& b) {
  if (a.links() != b.links()) return a.links() > b.links();
  return a.longest() < b.longest();
}

}  // namespace

int TorusSlice::longest() const { return *std::ranges::max_element(sides); }

double TorusSlice::links() const {
  double links = 0.0;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (sides[i] > 1) links += (wraps[i] ? 2.0 : 1.0) / stride[i];
  }
  return links;
}

int TorusSlice::hops() const {
  int hops = 0;
  for (std::size_t i = 0; i < sides.size(); ++i) hops += (sides[i] - 1) * stride[i];
  return hops;
}

SustainedDomain as_torus(const SustainedDomain& domain) {
  SustainedDomain torus = domain;
  if (domain.topology == hardware::Topology::kRing) {
    torus.dimensions = {hardware::TorusDimension{.chips = domain.chips}, {}, {}};
    torus.dimension_count = 1;
  }
  return torus;
}

std::optional<TorusSlice> torus_slice(const SustainedDomain& torus, int ranks) {
  expects(ranks >= 1, "a slice has at least one chip");
  std::optional<TorusSlice> best;
  for (int x = 1; x <= std::min(ranks, torus.dimensions[0].chips); ++x) {
    if (ranks % x != 0) continue;
    const int rest = ranks / x;
    for (int z = 1; z <= std::min(rest, torus.dimensions[2].chips); ++z) {
      if (rest % z != 0 || rest / z > torus.dimensions[1].chips) continue;
      const TorusSlice slice = slice_of(torus, {x, rest / z, z});
      if (!best || better(slice, *best)) best = slice;
    }
  }
  return best;
}

}  // namespace offtake::perf
