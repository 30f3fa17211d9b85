#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "offtake/serve/kv_link.hpp"
#include "offtake/serve/replica_settings.hpp"
#include "offtake/serve/service_class.hpp"
#include "offtake/units/quantity.hpp"
#include "offtake/units/sim_time.hpp"

namespace offtake::serve {

/// Replicas come and go with the load: as many are wanted as hold `outstanding_target` requests
/// each.
struct Autoscaling {
  int replicas_min = 1;
  int replicas_max = 1;
  double outstanding_target = 64;     ///< Of a replica, waiting or in work.
  SimTime interval{30'000'000'000};   ///< Between two looks at the load.
  SimTime start_up{300'000'000'000};  ///< From the order of a replica to its first request; paid.
  SimTime hold{300'000'000'000};      ///< Replicas leave only when none was added for so long.
};

/// Replicas that leave together for work on them, once their requests have ended.
struct Maintenance {
  SimTime start;
  SimTime duration;  ///< From when a replica has ended its requests.
  int replicas = 1;
};

struct Outages {
  std::optional<SimTime> mean_time_between_failures;  ///< Of a replica in service; none fails.
  SimTime repair{600'000'000'000};                    ///< Until it serves again.
  std::vector<Maintenance> maintenance;
};

/// Replicas that are alike.
struct Pool {
  std::string name;
  ReplicaSettings replica;
  int replicas = 1;     ///< At the start.
  double weight = 1.0;  ///< Load that a replica takes beside those of other pools, for routers.
  std::optional<Autoscaling> scaling;
  Outages outages;
  MoneyRate price;   ///< Of a replica, while it is rented.
  Watts power_idle;  ///< Of a replica, while it is rented.
  Watts power_busy;  ///< The same while it is in a step.
};

/// Which replica a request goes to. Of equal ones, the first.
enum class Routing {
  kRoundRobin,
  kLeastLoaded,  ///< Fewest requests waiting or in work, over the pool's weight.
  kPowerOfTwo,   ///< The less loaded of two drawn at random.
  kPrefixAware,  ///< The soonest to compute its prompt, cached prefixes and queue counted.
  kSloAware,     ///< The least loaded of those that look to keep its objective.
  kCostAware,    ///< The cheapest of those that look to keep its objective.
};

/// Which requests are refused at the door.
struct Admission {
  std::optional<std::int64_t> waiting_max;  ///< Where more wait on the replica it would go to.
  bool refuse_late = false;                 ///< Where it looks to miss its objective for TTFT.
};

struct Fleet {
  std::vector<Pool> pools;
  Routing routing = Routing::kLeastLoaded;
  Admission admission;
  std::optional<LinkSettings> link;  ///< Needed where there are prefill and decode pools.
  std::vector<ServiceClass> classes = {ServiceClass{.name = "all"}};
};

}  // namespace offtake::serve
