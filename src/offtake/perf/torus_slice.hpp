#pragma once

#include <array>
#include <optional>

#include "offtake/perf/sustained_domain.hpp"

namespace offtake::perf {

/// A ring, as a torus of one side, or a torus.
constexpr bool is_torus(hardware::Topology topology) {
  return topology == hardware::Topology::kRing || topology == hardware::Topology::kTorus;
}

/// A ring gets its one side; a torus is itself.
SustainedDomain as_torus(const SustainedDomain& domain);

/// A box cut out of a torus, on which one group of ranks runs its collectives.
struct TorusSlice {
  std::array<int, 3> sides{1, 1, 1};
  std::array<bool, 3> wraps{};         ///< The side still closes to a ring.
  std::array<int, 3> stride{1, 1, 1};  ///< Chips between neighbours, which other groups have.

  int longest() const;
  /// Links of one chip that a collective can use: two along a side that wraps, one along a line,
  /// none where the side is one. Where ranks lie apart, the groups between them share their links.
  double links() const;
  /// Hops from end to end, all sides, over the chips between.
  int hops() const;
};

/// The slice of `ranks` chips with the most links, then the shortest longest side; nothing when no
/// box of that many chips fits into the torus.
std::optional<TorusSlice> torus_slice(const SustainedDomain& torus, int ranks);

}  // namespace offtake::perf
