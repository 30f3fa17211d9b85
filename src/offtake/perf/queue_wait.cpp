#include "offtake/perf/queue_wait.hpp"

#include <cmath>
#include <limits>

#include "offtake/base/expects.hpp"

namespace offtake::perf {
namespace {

constexpr Seconds kEndless = Seconds::in_base_units(std::numeric_limits<double>::infinity());

}  // namespace

Seconds queue_wait_mean(Seconds service, double load) {
  return queue_wait_mean(service, load, 1.0);
}

Seconds queue_wait_quantile(Seconds service, double load, double level) {
  expects(0.0 <= load && 0.0 < level && level < 1.0, "a load and a level are shares");
  const double excess = load / (1.0 - level);
  if (excess <= 1.0) return {};
  if (load >= 1.0) return kEndless;
  return service * (std::log(excess) / (2.0 * (1.0 - load)));
}

Seconds queue_wait_mean(Seconds service, double load, double servers) {
  expects(0.0 <= load && servers >= 1.0, "a queue has a server");
  if (load >= 1.0) return kEndless;
  const double power = std::sqrt(2.0 * (servers + 1.0)) - 1.0;
  return service * (std::pow(load, power) / (2.0 * servers * (1.0 - load)));
}

}  // namespace offtake::perf
