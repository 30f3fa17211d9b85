#include "offtake/perf/site_power.hpp"

#include "offtake/base/expects.hpp"

namespace offtake::perf {

Watts site_power(const hardware::SitePower& power, double busy) {
  expects(0.0 <= busy && busy <= 1.0, "a share of time is in [0, 1]");
  const Watts chip = power.chip_idle.value + busy * (power.chip_load.value - power.chip_idle.value);
  return (chip + power.host.value) * power.site_factor.value;
}

}  // namespace offtake::perf
