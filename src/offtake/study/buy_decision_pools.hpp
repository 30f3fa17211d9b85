#pragma once

#include <string>
#include <vector>

#include "offtake/book/book.hpp"
#include "offtake/plan/plan_problem.hpp"
#include "offtake/study/buy_decision_case.hpp"

namespace offtake::study {

/// What decides which work a chip may do.
struct PoolRequest {
  std::string system;
  const contract::Port* port = nullptr;
  std::string region;                  ///< Where it stands; empty or "all": anywhere.
  std::vector<std::string> workloads;  ///< Only these; empty: all.
  bool preemptible_only = false;
};

/// A pool and how many of its chips one chip of the asked system is.
struct PoolShare {
  int pool = 0;
  double chips = 1.0;
};

/// Work of a pool's chip in reference chips: the mean over the work that may use it.
double mean_ratio(const plan::Pool& pool);

/// "eu", "us" or "" (anywhere) of a cloud's region.
std::string zone_of(const std::string& region);

/// Sorts chips into pools of like ones.
class PoolTable {
 public:
  PoolTable(const book::Book& book, const YieldTable& yields, const std::vector<WorkPart>& parts,
            double tolerance);

  PoolShare share(const PoolRequest& request);
  /// [workload] Work of one chip in reference chips; zero where it may not or cannot do it.
  std::vector<double> work_per_chip(const PoolRequest& request) const {
    return ratios(request, zone_of(request.region));
  }
  /// Adds a pool that is no system's.
  int add(plan::Pool pool);
  std::vector<plan::Pool>& pools() { return pools_; }
  /// Port family of a pool; empty without one.
  const std::string& family(int pool) const { return keys_[static_cast<std::size_t>(pool)].family; }

 private:
  struct Key {
    std::string family;
    std::string zone;
    std::vector<std::string> workloads;
    bool preemptible_only = false;
    bool operator==(const Key&) const = default;
  };
  std::vector<double> ratios(const PoolRequest& request, const std::string& zone) const;
  double ratio(std::size_t workload, const std::string& system) const;

  const book::Book& book_;
  const YieldTable& yields_;
  const std::vector<WorkPart>& parts_;
  double tolerance_;
  std::vector<plan::Pool> pools_;
  std::vector<Key> keys_;
};

}  // namespace offtake::study
