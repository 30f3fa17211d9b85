#include "offtake/study/buy_decision_pools.hpp"

#include <algorithm>
#include <cmath>

#include "offtake/base/input_error.hpp"

namespace offtake::study {
namespace {

/// The factor by which all of `a` exceed `b` within `tolerance`, or 0 if there is none. Zeros must
/// meet zeros.
double common_factor(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  double log_sum = 0.0;
  int count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if ((a[i] > 0.0) != (b[i] > 0.0)) return 0.0;
    if (a[i] <= 0.0) continue;
    log_sum += std::log(a[i] / b[i]);
    ++count;
  }
  if (count == 0) return 1.0;
  const double factor = std::exp(log_sum / count);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > 0.0 && std::abs(a[i] / (factor * b[i]) - 1.0) > tolerance) return 0.0;
  }
  return factor;
}

}  // namespace

double mean_ratio(const plan::Pool& pool) {
  double sum = 0.0;
  int count = 0;
  for (const double ratio : pool.ratio) {
    if (ratio <= 0.0) continue;
    sum += ratio;
    ++count;
  }
  return count == 0 ? 0.0 : sum / count;
}

std::string zone_of(const std::string& region) {
  if (region.empty() || region == "all") return "";
  return region.starts_with("eu") ? "eu" : "us";
}

PoolTable::PoolTable(const book::Book& book, const YieldTable& yields,
                     const std::vector<WorkPart>& parts, double tolerance)
    : book_(book), yields_(yields), parts_(parts), tolerance_(tolerance) {}

double PoolTable::ratio(std::size_t workload, const std::string& system) const {
  if (system == book_.reference_chip.system) return 1.0;
  const std::string& name = book_.demand[workload].name;
  const ChipYield* of_system = yields_.find(name, system);
  const ChipYield* of_reference = yields_.find(name, book_.reference_chip.system);
  if (of_system != nullptr && of_reference != nullptr && of_reference->feasible) {
    return of_system->feasible ? of_system->value / of_reference->value : 0.0;
  }
  const auto known =
      std::ranges::find(book_.chip_equivalents, system, &contract::ChipEquivalent::system);
  if (known != book_.chip_equivalents.end()) return known->reference_chips;
  throw InputError({{.place = {.file = book_.file},
                     .path = "/chip_equivalents",
                     .expected = "what a chip of " + system +
                                 " does, in reference chips, since "
                                 "the performance model does not know it",
                     .found = "nothing"}});
}

std::vector<double> PoolTable::ratios(const PoolRequest& request, const std::string& zone) const {
  std::vector<double> ratios;
  for (const WorkPart& part : parts_) {
    const demand::Workload& work = book_.demand[part.workload];
    const bool allowed =
        (request.workloads.empty() ||
         std::ranges::find(request.workloads, work.name) != request.workloads.end()) &&
        (!request.preemptible_only || work.preemptible) &&
        (part.zone.empty() || zone.empty() || part.zone == zone);
    ratios.push_back(allowed ? ratio(part.workload, request.system) : 0.0);
  }
  return ratios;
}

PoolShare PoolTable::share(const PoolRequest& request) {
  const Key key{.family = request.port != nullptr ? port_family(request.system, *request.port) : "",
                .zone = zone_of(request.region),
                .workloads = request.workloads,
                .preemptible_only = request.preemptible_only};
  const std::vector<double> own = ratios(request, key.zone);
  for (std::size_t c = 0; c < pools_.size(); ++c) {
    if (keys_[c] != key) continue;
    const double factor = common_factor(own, pools_[c].ratio, tolerance_);
    if (factor > 0.0) return {static_cast<int>(c), factor};
  }
  plan::Pool pool{.name = request.system, .ratio = own};
  for (const WorkPart& part : parts_) {
    const std::string& name = book_.demand[part.workload].name;
    double movable = 1.0;
    if (request.port != nullptr && !request.port->workloads.empty()) {
      const auto share = request.port->workloads.find(name);
      movable = share == request.port->workloads.end() ? 0.0 : share->second;
    }
    if (request.port != nullptr) {
      for (const contract::Supplier& supplier : book_.suppliers) {
        if (supplier.must_serve && supplier.must_serve->workload == name) {
          movable = std::min(movable, 1.0 - supplier.must_serve->share_min);
        }
      }
    }
    pool.movable.push_back(movable);
  }
  pools_.push_back(std::move(pool));
  keys_.push_back(key);
  return {static_cast<int>(pools_.size()) - 1, 1.0};
}

int PoolTable::add(plan::Pool pool) {
  pools_.push_back(std::move(pool));
  keys_.push_back({.family = "no system"});
  return static_cast<int>(pools_.size()) - 1;
}

}  // namespace offtake::study
