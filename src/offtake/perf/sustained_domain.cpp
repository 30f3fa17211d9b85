#include "offtake/perf/sustained_domain.hpp"

#include <cstddef>

#include "offtake/base/expects.hpp"

namespace offtake::perf {

SustainedDomain sustained_domain(const hardware::InterconnectDomain& domain,
                                 double bandwidth_fraction, Seconds fixed) {
  SustainedDomain sustained{.topology = domain.topology,
                            .chips = domain.chips,
                            .wrap_unit = domain.wrap_unit,
                            .bandwidth = domain.bandwidth.value * bandwidth_fraction,
                            .latency = domain.latency.value,
                            .fixed = fixed};
  expects(domain.dimensions.size() <= sustained.dimensions.size(), "a torus has up to three sides");
  for (std::size_t i = 0; i < domain.dimensions.size(); ++i) {
    sustained.dimensions[i] = domain.dimensions[i];
  }
  sustained.dimension_count = static_cast<int>(domain.dimensions.size());
  return sustained;
}

SustainedNetwork sustained_network(const hardware::System& system,
                                   const hardware::Efficiency& efficiency) {
  const Seconds fixed = efficiency.fixed.collective.value;
  SustainedNetwork network{
      .scale_up =
          sustained_domain(system.scale_up, efficiency.sustained.collective_scale_up.value, fixed)};
  const bool hops = system.scale_up.topology == hardware::Topology::kRing ||
                    system.scale_up.topology == hardware::Topology::kTorus;
  if (fixed > Seconds{} && !hops) network.scale_up.latency = {};
  if (system.scale_out) {
    network.scale_out =
        sustained_domain(*system.scale_out, efficiency.sustained.collective_scale_out.value, fixed);
  }
  return network;
}

}  // namespace offtake::perf
