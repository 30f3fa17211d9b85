#pragma once

#include <vector>

#include "offtake/perf/deployment.hpp"
#include "offtake/perf/memory_use.hpp"
#include "offtake/perf/pool_service.hpp"
#include "offtake/perf/request_shape.hpp"
#include "offtake/perf/search_space.hpp"
#include "offtake/perf/service_objective.hpp"
#include "offtake/perf/sharded_model.hpp"

namespace offtake::perf {

/// Finds the pairs of pools that serve best: any prefill layout beside any decode layout, with the
/// numbers of workers that match their rates.
class PoolSearch {
 public:
  PoolSearch(const RequestShape& request, const ServiceObjective& objective,
             const SearchSpace& space, const ServingAssumptions& assumptions);

  /// A layout that fits, for either pool. `capacity` is of its cache; `memory` holds one sequence
  /// for each attention rank.
  void offer(const ShardedModel& model, double capacity, const MemoryUse& memory);

  /// For each decode worker that is not beaten in time, chips and work alike: the pair of pools
  /// that yields most a chip, and the one that yields most of those that meet the objective.
  std::vector<Deployment> deployments() const;

  /// Decode workers at a load that were costed.
  int evaluated() const { return evaluated_; }

 private:
  struct Prefill {
    std::size_t model = 0;
    PrefillService service;
    Bytes cache;  ///< Of a prompt, on one chip.
    int chips = 0;
  };
  struct Decode {
    std::size_t model = 0;
    DecodeService service;
    Bytes cache;
    int chips = 0;
  };
  struct Pair {
    const Prefill* prefill = nullptr;
    const Decode* decode = nullptr;
    int prefill_workers = 1;
    int decode_workers = 1;
    double rate_per_chip = 0;  ///< Requests a second.
  };
  struct Bests {
    Pair any;
    Pair meeting;
  };

  void offer_decode(std::size_t model, double sequences);
  void climb(std::size_t model, double capacity);
  void offer_edge(std::size_t model, double capacity, double deviations);
  std::vector<Prefill> prefills_kept() const;
  std::vector<Decode> decodes_kept() const;
  void pair(const Prefill& prefill, const Decode& decode, int decode_workers, bool steps_meet,
            Bests& bests) const;
  bool ttft_meets(const Pair& pair, RequestRate rate) const;
  Deployment deployment(const Pair& pair) const;
  double worker_capacity(std::size_t model) const { return capacities_[model]; }

  const RequestShape& request_;
  const ServiceObjective& objective_;
  const SearchSpace& space_;
  const ServingAssumptions& assumptions_;
  std::vector<ShardedModel> models_;
  std::vector<double> capacities_;
  std::vector<MemoryUse> memories_;
  std::vector<Prefill> prefills_;
  std::vector<Decode> decodes_;
  int evaluated_ = 0;
};

}  // namespace offtake::perf
