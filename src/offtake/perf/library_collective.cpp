#include "offtake/perf/library_collective.hpp"

#include <cmath>

#include "offtake/base/expects.hpp"

namespace offtake::perf {
namespace {

using hardware::CollectiveLibrary;

Bandwidth path_bandwidth(CollectiveKind kind, int ranks, const CollectiveLibrary& library) {
  if (kind == CollectiveKind::kAllReduce && library.in_switch &&
      ranks >= library.in_switch->ranks) {
    return library.in_switch->bandwidth.value;
  }
  Bandwidth bandwidth = library.paths.front().bandwidth.value;
  for (const CollectiveLibrary::Path& path : library.paths) {
    if (ranks >= path.ranks) bandwidth = path.bandwidth.value;
  }
  return bandwidth;
}

/// The `knee`-norm of two times. A zero beside a knee below one is no special case: 0^k is 0.
Seconds joined(Seconds latency, Seconds transfer, double knee) {
  const double sum = std::pow(latency.in(Seconds::in_base_units(1)), knee) +
                     std::pow(transfer.in(Seconds::in_base_units(1)), knee);
  return Seconds::in_base_units(std::pow(sum, 1.0 / knee));
}

}  // namespace

std::optional<Seconds> library_collective_time(CollectiveKind kind, Bytes message, int ranks,
                                               const CollectiveLibrary& library) {
  expects(ranks >= 1, "a collective has at least one rank");
  expects(message >= Bytes{}, "a message is not negative");
  expects(!library.paths.empty(), "a library's curve has a bandwidth");
  if (kind == CollectiveKind::kSend || ranks > library.ranks_max) return std::nullopt;
  if (ranks == 1) return Seconds{};
  const double hops = (kind == CollectiveKind::kAllReduce ? 2.0 : 1.0) * (ranks - 1);
  const CollectiveLibrary::Latency& latency =
      kind == CollectiveKind::kAllToAll ? library.exchange : library.ring;
  const Bytes moved = message * (hops + library.own_share.value) / ranks;
  return joined(latency.start.value + hops * latency.step.value,
                moved / path_bandwidth(kind, ranks, library), library.knee.value);
}

}  // namespace offtake::perf
